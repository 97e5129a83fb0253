#include "cajal/nn/losses.h"
#include "cajal/nn/metrics.h"
#include "cajal/nn/part_table.h"

namespace cajal::metrics {

Var CategoricalHinge::values(const Var& y_true, const Var& y_pred) const {
  return cajal::categorical_hinge(y_true, y_pred);
}

CAJAL_PART(Metric, metric, categorical_hinge, CategoricalHinge, "categorical_hinge")

}  // namespace cajal::metrics
