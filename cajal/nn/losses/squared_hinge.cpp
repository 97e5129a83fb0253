#include "cajal/nn/internal/targets.h"
#include "cajal/nn/losses.h"
#include "cajal/nn/part_table.h"
#include "cajal/ops/elementwise.h"
#include "cajal/ops/reduction.h"

namespace cajal {

Var squared_hinge(const Var& y_true, const Var& y_pred) {
  const auto [truth, prediction] = internal::targets(y_true, y_pred);
  return mean(square(maximum(1.0 - internal::signs(truth) * prediction, 0.0)), {-1});
}

Var SquaredHinge::call(const Var& y_true, const Var& y_pred) const { return squared_hinge(y_true, y_pred); }

CAJAL_PART(Loss, loss, squared_hinge, SquaredHinge, "squared_hinge")

}  // namespace cajal
