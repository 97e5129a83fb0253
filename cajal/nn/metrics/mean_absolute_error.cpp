#include "cajal/nn/losses.h"
#include "cajal/nn/metrics.h"
#include "cajal/nn/part_table.h"

namespace cajal::metrics {

Var MeanAbsoluteError::values(const Var& y_true, const Var& y_pred) const {
  return cajal::mean_absolute_error(y_true, y_pred);
}

CAJAL_PART(Metric, metric, mean_absolute_error, MeanAbsoluteError, "mean_absolute_error", "mae", "MAE")

}  // namespace cajal::metrics
