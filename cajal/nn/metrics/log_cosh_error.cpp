#include "cajal/nn/losses.h"
#include "cajal/nn/metrics.h"
#include "cajal/nn/part_table.h"

namespace cajal::metrics {

Var LogCoshError::values(const Var& y_true, const Var& y_pred) const { return cajal::log_cosh(y_true, y_pred); }

CAJAL_PART(Metric, metric, log_cosh_error, LogCoshError, "log_cosh_error", "logcosh", "log_cosh")

}  // namespace cajal::metrics
