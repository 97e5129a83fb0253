#include "cajal/nn/internal/targets.h"
#include "cajal/nn/layer.h"
#include "cajal/nn/metrics.h"
#include "cajal/nn/part_table.h"
#include "cajal/ops/elementwise.h"

namespace cajal::metrics {

Var SparseTopKCategoricalAccuracy::values(const Var& y_true, const Var& y_pred) const {
  return cast(internal::among_top(internal::labels(y_true, y_pred), y_pred, options.k), floatx());
}

CAJAL_PART(Metric, metric, sparse_top_k_categorical_accuracy, SparseTopKCategoricalAccuracy,
           "sparse_top_k_categorical_accuracy")

}  // namespace cajal::metrics
