#include "cajal/nn/internal/targets.h"
#include "cajal/nn/losses.h"
#include "cajal/nn/part_table.h"
#include "cajal/ops/activation.h"
#include "cajal/ops/reduction.h"

namespace cajal {

BinaryFocalCrossentropy::BinaryFocalCrossentropy(Options given)
    : Loss(given.name, given.reduction), options(std::move(given)) {
  internal::expect_share("BinaryFocalCrossentropy", "label_smoothing", options.label_smoothing);
}

Var binary_focal_crossentropy(const Var& y_true, const Var& y_pred, bool apply_class_balancing, double alpha,
                              double gamma, bool from_logits, double label_smoothing, int axis) {
  const auto [truth, prediction] = internal::targets(y_true, y_pred);
  const Var wanted = internal::smoothed(truth, label_smoothing, 2);
  const Var chance = from_logits ? sigmoid(prediction) : prediction;
  const Var of_truth = wanted * chance + (1.0 - wanted) * (1.0 - chance);
  Var terms = power(1.0 - of_truth, gamma) * internal::binary_terms(wanted, chance, false);
  if (apply_class_balancing) terms = (wanted * alpha + (1.0 - wanted) * (1 - alpha)) * terms;
  return mean(terms, {axis});
}

Var BinaryFocalCrossentropy::call(const Var& y_true, const Var& y_pred) const {
  const Options& o = options;
  return binary_focal_crossentropy(y_true, y_pred, o.apply_class_balancing, o.alpha, o.gamma, o.from_logits,
                                   o.label_smoothing, o.axis);
}

CAJAL_PART(Loss, loss, binary_focal_crossentropy, BinaryFocalCrossentropy, "binary_focal_crossentropy")

}  // namespace cajal
