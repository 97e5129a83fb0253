#include "cajal/nn/losses.h"
#include "cajal/nn/metrics.h"
#include "cajal/nn/part_table.h"

namespace cajal::metrics {

Var MeanSquaredError::values(const Var& y_true, const Var& y_pred) const {
  return cajal::mean_squared_error(y_true, y_pred);
}

CAJAL_PART(Metric, metric, mean_squared_error, MeanSquaredError, "mean_squared_error", "mse", "MSE")

}  // namespace cajal::metrics
