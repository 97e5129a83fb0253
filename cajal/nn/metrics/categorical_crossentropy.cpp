#include "cajal/nn/losses.h"
#include "cajal/nn/metrics.h"
#include "cajal/nn/part_table.h"

namespace cajal::metrics {

Var CategoricalCrossentropy::values(const Var& y_true, const Var& y_pred) const {
  return cajal::categorical_crossentropy(y_true, y_pred, options.from_logits, options.label_smoothing, options.axis);
}

CAJAL_PART(Metric, metric, categorical_crossentropy, CategoricalCrossentropy, "categorical_crossentropy")

}  // namespace cajal::metrics
