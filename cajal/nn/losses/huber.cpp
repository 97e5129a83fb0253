#include "cajal/nn/internal/targets.h"
#include "cajal/nn/losses.h"
#include "cajal/nn/part_table.h"
#include "cajal/ops/elementwise.h"
#include "cajal/ops/reduction.h"

namespace cajal {

Var huber(const Var& y_true, const Var& y_pred, double delta) {
  const auto [truth, prediction] = internal::targets(y_true, y_pred);
  const Var error = prediction - truth, size = abs(error);
  const Var straight = delta * size - 0.5 * delta * delta;
  return mean(where(size <= delta, 0.5 * square(error), straight), {-1});
}

Var Huber::call(const Var& y_true, const Var& y_pred) const { return huber(y_true, y_pred, options.delta); }

CAJAL_PART(Loss, loss, huber, Huber, "huber", "huber_loss")

}  // namespace cajal
