#include "cajal/nn/internal/targets.h"
#include "cajal/nn/layer.h"
#include "cajal/nn/metrics.h"
#include "cajal/nn/part_table.h"
#include "cajal/ops/elementwise.h"

namespace cajal::metrics {

Var Accuracy::values(const Var& y_true, const Var& y_pred) const {
  const auto [truth, prediction] = internal::targets(y_true, y_pred);
  return cast(equal(truth, prediction), floatx());
}

CAJAL_PART(Metric, metric, accuracy, Accuracy, "accuracy")

}  // namespace cajal::metrics
