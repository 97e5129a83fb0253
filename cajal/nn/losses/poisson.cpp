#include "cajal/nn/internal/norms.h"
#include "cajal/nn/internal/targets.h"
#include "cajal/nn/losses.h"
#include "cajal/nn/part_table.h"

namespace cajal {

Var poisson(const Var& y_true, const Var& y_pred) {
  const auto [truth, prediction] = internal::targets(y_true, y_pred);
  return mean(prediction - truth * log(prediction + internal::epsilon), {-1});
}

Var Poisson::call(const Var& y_true, const Var& y_pred) const { return poisson(y_true, y_pred); }

CAJAL_PART(Loss, loss, poisson, Poisson, "poisson")

}  // namespace cajal
