#include "cajal/nn/internal/norms.h"
#include "cajal/nn/internal/targets.h"
#include "cajal/nn/losses.h"
#include "cajal/nn/part_table.h"

namespace cajal {

Var kl_divergence(const Var& y_true, const Var& y_pred) {
  const auto [truth, prediction] = internal::targets(y_true, y_pred);
  const Var p = clip(truth, internal::epsilon, 1), q = clip(prediction, internal::epsilon, 1);
  return sum(p * log(p / q), {-1});
}

Var KLDivergence::call(const Var& y_true, const Var& y_pred) const { return kl_divergence(y_true, y_pred); }

CAJAL_PART(Loss, loss, kl_divergence, KLDivergence, "kl_divergence", "kld", "KLD", "kullback_leibler_divergence")

}  // namespace cajal
