#include "cajal/nn/internal/norms.h"
#include "cajal/nn/internal/targets.h"
#include "cajal/nn/losses.h"
#include "cajal/nn/part_table.h"

namespace cajal {

Var mean_squared_logarithmic_error(const Var& y_true, const Var& y_pred) {
  const auto [truth, prediction] = internal::targets(y_true, y_pred);
  const Var of_prediction = log(maximum(prediction, internal::epsilon) + 1.0);
  const Var of_truth = log(maximum(truth, internal::epsilon) + 1.0);
  return mean(square(of_prediction - of_truth), {-1});
}

Var MeanSquaredLogarithmicError::call(const Var& y_true, const Var& y_pred) const {
  return mean_squared_logarithmic_error(y_true, y_pred);
}

CAJAL_PART(Loss, loss, mean_squared_logarithmic_error, MeanSquaredLogarithmicError, "mean_squared_logarithmic_error",
           "msle", "MSLE")

}  // namespace cajal
