#include "cajal/nn/internal/targets.h"
#include "cajal/nn/layer.h"
#include "cajal/nn/metrics.h"
#include "cajal/nn/part_table.h"
#include "cajal/ops/elementwise.h"

namespace cajal::metrics {

Var BinaryAccuracy::values(const Var& y_true, const Var& y_pred) const {
  const auto [truth, prediction] = internal::targets(y_true, y_pred);
  const Var yes = cast(greater(prediction, options.threshold), truth.dtype());
  return cast(equal(truth, yes), floatx());
}

CAJAL_PART(Metric, metric, binary_accuracy, BinaryAccuracy, "binary_accuracy")

}  // namespace cajal::metrics
