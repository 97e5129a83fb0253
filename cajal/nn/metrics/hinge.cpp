#include "cajal/nn/losses.h"
#include "cajal/nn/metrics.h"
#include "cajal/nn/part_table.h"

namespace cajal::metrics {

Var Hinge::values(const Var& y_true, const Var& y_pred) const { return cajal::hinge(y_true, y_pred); }

CAJAL_PART(Metric, metric, hinge, Hinge, "hinge")

}  // namespace cajal::metrics
