#include "cajal/nn/internal/targets.h"
#include "cajal/nn/losses.h"
#include "cajal/nn/part_table.h"
#include "cajal/ops/reduction.h"

namespace cajal {

BinaryCrossentropy::BinaryCrossentropy(Options given) : Loss(given.name, given.reduction), options(std::move(given)) {
  internal::expect_share("BinaryCrossentropy", "label_smoothing", options.label_smoothing);
}

Var binary_crossentropy(const Var& y_true, const Var& y_pred, bool from_logits, double label_smoothing, int axis) {
  const auto [truth, prediction] = internal::targets(y_true, y_pred);
  const Var wanted = internal::smoothed(truth, label_smoothing, 2);
  return mean(internal::binary_terms(wanted, prediction, from_logits), {axis});
}

Var BinaryCrossentropy::call(const Var& y_true, const Var& y_pred) const {
  return binary_crossentropy(y_true, y_pred, options.from_logits, options.label_smoothing, options.axis);
}

CAJAL_PART(Loss, loss, binary_crossentropy, BinaryCrossentropy, "binary_crossentropy", "bce", "BCE")

}  // namespace cajal
