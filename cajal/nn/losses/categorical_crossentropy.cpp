#include "cajal/nn/internal/targets.h"
#include "cajal/nn/losses.h"
#include "cajal/nn/part_table.h"
#include "cajal/ops/elementwise.h"
#include "cajal/ops/losses.h"
#include "cajal/ops/reduction.h"

namespace cajal {

const Op& softmax_op();

CategoricalCrossentropy::CategoricalCrossentropy(Options given)
    : Loss(given.name, given.reduction), options(std::move(given)) {
  internal::expect_share("CategoricalCrossentropy", "label_smoothing", options.label_smoothing);
}

Var categorical_crossentropy(const Var& y_true, const Var& y_pred, bool from_logits, double label_smoothing, int axis) {
  const auto [truth, prediction] = internal::targets(y_true, y_pred);
  const Var wanted = internal::smoothed(truth, label_smoothing, double(truth.dim(-1).value()));
  const Var logits = from_logits ? prediction : internal::before(prediction, softmax_op());
  if (logits.defined()) return softmax_crossentropy(logits, wanted, axis);
  const Var shares = internal::clipped(prediction / sum(prediction, {axis}, true));
  return -sum(wanted * log(shares), {axis});
}

Var CategoricalCrossentropy::call(const Var& y_true, const Var& y_pred) const {
  return categorical_crossentropy(y_true, y_pred, options.from_logits, options.label_smoothing, options.axis);
}

CAJAL_PART(Loss, loss, categorical_crossentropy, CategoricalCrossentropy, "categorical_crossentropy")

}  // namespace cajal
