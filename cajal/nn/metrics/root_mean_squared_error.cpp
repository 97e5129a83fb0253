#include <cmath>

#include "cajal/nn/internal/averaging.h"
#include "cajal/nn/internal/targets.h"
#include "cajal/nn/metrics.h"
#include "cajal/nn/part_table.h"
#include "cajal/ops/elementwise.h"

namespace cajal::metrics {

Var RootMeanSquaredError::values(const Var& y_true, const Var& y_pred) const {
  const auto [truth, prediction] = internal::targets(y_true, y_pred);
  return square(prediction - truth);
}

std::vector<double> RootMeanSquaredError::results() const { return {std::sqrt(internal::quotient(total_, count_))}; }

CAJAL_PART(Metric, metric, root_mean_squared_error, RootMeanSquaredError, "root_mean_squared_error", "rmse", "RMSE")

}  // namespace cajal::metrics
