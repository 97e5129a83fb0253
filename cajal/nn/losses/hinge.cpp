#include "cajal/nn/internal/targets.h"
#include "cajal/nn/losses.h"
#include "cajal/nn/part_table.h"
#include "cajal/ops/elementwise.h"
#include "cajal/ops/reduction.h"

namespace cajal {

Var hinge(const Var& y_true, const Var& y_pred) {
  const auto [truth, prediction] = internal::targets(y_true, y_pred);
  return mean(maximum(1.0 - internal::signs(truth) * prediction, 0.0), {-1});
}

Var Hinge::call(const Var& y_true, const Var& y_pred) const { return hinge(y_true, y_pred); }

CAJAL_PART(Loss, loss, hinge, Hinge, "hinge")

}  // namespace cajal
