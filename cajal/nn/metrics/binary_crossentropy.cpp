#include "cajal/nn/losses.h"
#include "cajal/nn/metrics.h"
#include "cajal/nn/part_table.h"

namespace cajal::metrics {

Var BinaryCrossentropy::values(const Var& y_true, const Var& y_pred) const {
  return cajal::binary_crossentropy(y_true, y_pred, options.from_logits, options.label_smoothing);
}

CAJAL_PART(Metric, metric, binary_crossentropy, BinaryCrossentropy, "binary_crossentropy", "bce", "BCE")

}  // namespace cajal::metrics
