#include "cajal/nn/losses.h"
#include "cajal/nn/metrics.h"
#include "cajal/nn/part_table.h"

namespace cajal::metrics {

Var MeanAbsolutePercentageError::values(const Var& y_true, const Var& y_pred) const {
  return cajal::mean_absolute_percentage_error(y_true, y_pred);
}

CAJAL_PART(Metric, metric, mean_absolute_percentage_error, MeanAbsolutePercentageError,
           "mean_absolute_percentage_error", "mape", "MAPE")

}  // namespace cajal::metrics
