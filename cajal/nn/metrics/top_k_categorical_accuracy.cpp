#include "cajal/nn/internal/targets.h"
#include "cajal/nn/layer.h"
#include "cajal/nn/metrics.h"
#include "cajal/nn/part_table.h"
#include "cajal/ops/elementwise.h"
#include "cajal/ops/reduction.h"

namespace cajal::metrics {

Var TopKCategoricalAccuracy::values(const Var& y_true, const Var& y_pred) const {
  return cast(internal::among_top(argmax(y_true, -1), y_pred, options.k), floatx());
}

CAJAL_PART(Metric, metric, top_k_categorical_accuracy, TopKCategoricalAccuracy, "top_k_categorical_accuracy")

}  // namespace cajal::metrics
