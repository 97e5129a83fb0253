#include "cajal/nn/losses.h"
#include "cajal/nn/metrics.h"
#include "cajal/nn/part_table.h"

namespace cajal::metrics {

Var SquaredHinge::values(const Var& y_true, const Var& y_pred) const { return cajal::squared_hinge(y_true, y_pred); }

CAJAL_PART(Metric, metric, squared_hinge, SquaredHinge, "squared_hinge")

}  // namespace cajal::metrics
