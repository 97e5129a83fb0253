#include "cajal/nn/internal/targets.h"
#include "cajal/nn/losses.h"
#include "cajal/nn/part_table.h"
#include "cajal/ops/elementwise.h"
#include "cajal/ops/reduction.h"

namespace cajal {

Var mean_absolute_error(const Var& y_true, const Var& y_pred) {
  const auto [truth, prediction] = internal::targets(y_true, y_pred);
  return mean(abs(truth - prediction), {-1});
}

Var MeanAbsoluteError::call(const Var& y_true, const Var& y_pred) const { return mean_absolute_error(y_true, y_pred); }

CAJAL_PART(Loss, loss, mean_absolute_error, MeanAbsoluteError, "mean_absolute_error", "mae", "MAE")

}  // namespace cajal
