#include "cajal/nn/losses.h"
#include "cajal/nn/metrics.h"
#include "cajal/nn/part_table.h"

namespace cajal::metrics {

Var SparseCategoricalCrossentropy::values(const Var& y_true, const Var& y_pred) const {
  return cajal::sparse_categorical_crossentropy(y_true, y_pred, options.from_logits, options.ignore_class,
                                                options.axis);
}

CAJAL_PART(Metric, metric, sparse_categorical_crossentropy, SparseCategoricalCrossentropy,
           "sparse_categorical_crossentropy")

}  // namespace cajal::metrics
