#include "cajal/nn/internal/norms.h"
#include "cajal/nn/internal/targets.h"
#include "cajal/nn/losses.h"
#include "cajal/nn/part_table.h"

namespace cajal {

Var mean_absolute_percentage_error(const Var& y_true, const Var& y_pred) {
  const auto [truth, prediction] = internal::targets(y_true, y_pred);
  const Var share = abs((truth - prediction) / maximum(abs(truth), internal::epsilon));
  return 100.0 * mean(share, {-1});
}

Var MeanAbsolutePercentageError::call(const Var& y_true, const Var& y_pred) const {
  return mean_absolute_percentage_error(y_true, y_pred);
}

CAJAL_PART(Loss, loss, mean_absolute_percentage_error, MeanAbsolutePercentageError, "mean_absolute_percentage_error",
           "mape", "MAPE")

}  // namespace cajal
