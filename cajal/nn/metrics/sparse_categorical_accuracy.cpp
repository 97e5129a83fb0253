#include "cajal/nn/internal/targets.h"
#include "cajal/nn/layer.h"
#include "cajal/nn/metrics.h"
#include "cajal/nn/part_table.h"
#include "cajal/ops/elementwise.h"
#include "cajal/ops/reduction.h"
#include "cajal/ops/shape.h"

namespace cajal::metrics {

Var SparseCategoricalAccuracy::values(const Var& y_true, const Var& y_pred) const {
  Var right = cast(equal(internal::labels(y_true, y_pred), argmax(y_pred, -1)), floatx());
  if (right.rank() > 1 && right.dim(-1) == 1) right = squeeze(right, {-1});
  return right;
}

CAJAL_PART(Metric, metric, sparse_categorical_accuracy, SparseCategoricalAccuracy, "sparse_categorical_accuracy")

}  // namespace cajal::metrics
