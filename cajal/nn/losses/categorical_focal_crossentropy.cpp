#include "cajal/nn/internal/targets.h"
#include "cajal/nn/losses.h"
#include "cajal/nn/part_table.h"
#include "cajal/ops/activation.h"
#include "cajal/ops/reduction.h"

namespace cajal {

CategoricalFocalCrossentropy::CategoricalFocalCrossentropy(Options given)
    : Loss(given.name, given.reduction), options(std::move(given)) {
  internal::expect_share("CategoricalFocalCrossentropy", "label_smoothing", options.label_smoothing);
}

Var categorical_focal_crossentropy(const Var& y_true, const Var& y_pred, double alpha, double gamma, bool from_logits,
                                   double label_smoothing, int axis) {
  const auto [truth, prediction] = internal::targets(y_true, y_pred);
  const Var wanted = internal::smoothed(truth, label_smoothing, double(truth.dim(-1).value()));
  const Var given = from_logits ? softmax(prediction, axis) : prediction;
  const Var shares = internal::clipped(given / sum(given, {axis}, true));
  return sum(alpha * power(1.0 - shares, gamma) * (-wanted * log(shares)), {axis});
}

Var CategoricalFocalCrossentropy::call(const Var& y_true, const Var& y_pred) const {
  const Options& o = options;
  return categorical_focal_crossentropy(y_true, y_pred, o.alpha, o.gamma, o.from_logits, o.label_smoothing, o.axis);
}

CAJAL_PART(Loss, loss, categorical_focal_crossentropy, CategoricalFocalCrossentropy, "categorical_focal_crossentropy")

}  // namespace cajal
