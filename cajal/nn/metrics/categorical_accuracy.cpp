#include "cajal/nn/layer.h"
#include "cajal/nn/metrics.h"
#include "cajal/nn/part_table.h"
#include "cajal/ops/elementwise.h"
#include "cajal/ops/reduction.h"

namespace cajal::metrics {

Var CategoricalAccuracy::values(const Var& y_true, const Var& y_pred) const {
  if (y_true.rank() != y_pred.rank())
    fail("one-hot rows of shape " + y_true.shape().text() + " do not fit predictions of shape " + y_pred.shape().text(),
         "for class numbers SparseCategoricalAccuracy");
  return cast(equal(argmax(y_true, -1), argmax(y_pred, -1)), floatx());
}

CAJAL_PART(Metric, metric, categorical_accuracy, CategoricalAccuracy, "categorical_accuracy")

}  // namespace cajal::metrics
