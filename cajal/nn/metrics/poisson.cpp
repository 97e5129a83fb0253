#include "cajal/nn/losses.h"
#include "cajal/nn/metrics.h"
#include "cajal/nn/part_table.h"

namespace cajal::metrics {

Var Poisson::values(const Var& y_true, const Var& y_pred) const { return cajal::poisson(y_true, y_pred); }

CAJAL_PART(Metric, metric, poisson, Poisson, "poisson")

}  // namespace cajal::metrics
