#include "cajal/nn/internal/targets.h"
#include "cajal/nn/losses.h"
#include "cajal/nn/part_table.h"
#include "cajal/ops/elementwise.h"
#include "cajal/ops/reduction.h"

namespace cajal {

Var categorical_hinge(const Var& y_true, const Var& y_pred) {
  const auto [truth, prediction] = internal::targets(y_true, y_pred);
  const Var right = sum(truth * prediction, {-1}), wrong = max((1.0 - truth) * prediction, {-1});
  return maximum(wrong - right + 1.0, 0.0);
}

Var CategoricalHinge::call(const Var& y_true, const Var& y_pred) const { return categorical_hinge(y_true, y_pred); }

CAJAL_PART(Loss, loss, categorical_hinge, CategoricalHinge, "categorical_hinge")

}  // namespace cajal
