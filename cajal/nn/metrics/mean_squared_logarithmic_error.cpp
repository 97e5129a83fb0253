#include "cajal/nn/losses.h"
#include "cajal/nn/metrics.h"
#include "cajal/nn/part_table.h"

namespace cajal::metrics {

Var MeanSquaredLogarithmicError::values(const Var& y_true, const Var& y_pred) const {
  return cajal::mean_squared_logarithmic_error(y_true, y_pred);
}

CAJAL_PART(Metric, metric, mean_squared_logarithmic_error, MeanSquaredLogarithmicError,
           "mean_squared_logarithmic_error", "msle", "MSLE")

}  // namespace cajal::metrics
