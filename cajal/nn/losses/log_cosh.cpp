#include <cmath>

#include "cajal/nn/internal/targets.h"
#include "cajal/nn/losses.h"
#include "cajal/nn/part_table.h"
#include "cajal/ops/activation.h"
#include "cajal/ops/reduction.h"

namespace cajal {

Var log_cosh(const Var& y_true, const Var& y_pred) {
  const auto [truth, prediction] = internal::targets(y_true, y_pred);
  const Var error = prediction - truth;
  return mean(error + softplus(-2.0 * error) - std::log(2.0), {-1});
}

Var LogCosh::call(const Var& y_true, const Var& y_pred) const { return log_cosh(y_true, y_pred); }

CAJAL_PART(Loss, loss, log_cosh, LogCosh, "log_cosh", "logcosh")

}  // namespace cajal
