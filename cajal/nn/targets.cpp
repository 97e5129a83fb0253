#include "cajal/nn/internal/targets.h"

#include "cajal/graph/graph.h"
#include "cajal/nn/internal/norms.h"
#include "cajal/nn/layer.h"
#include "cajal/ops/elementwise.h"
#include "cajal/ops/losses.h"
#include "cajal/ops/reduction.h"
#include "cajal/ops/shape.h"
#include "cajal/ops/sorting.h"

namespace cajal {
const Op& sigmoid_op();
}

namespace cajal::internal {
namespace {

void shorten(Var& longer, Var& shorter) {
  if (longer.rank() != shorter.rank() + 1 || !(longer.dim(-1) == 1)) return;
  if (shorter.rank() == 1) shorter = expand_dims(shorter, -1);
  else longer = squeeze(longer, {-1});
}

}  // namespace

void same_rank(Var& a, Var& b) {
  shorten(a, b);
  shorten(b, a);
}

void expand_behind(Var& weights, const Var& values) {
  if (weights.rank() == 0 || weights.rank() >= values.rank()) return;
  for (int axis = 0; axis < weights.rank(); ++axis)
    if (!(weights.dim(axis) == values.dim(axis))) return;
  while (weights.rank() < values.rank()) weights = expand_dims(weights, -1);
}

bool is_binary(const Shape& y_pred) { return y_pred.rank() > 0 && y_pred.back() == 1; }

bool is_sparse(const Shape& y_true, const Shape& y_pred) {
  return y_true.rank() < y_pred.rank() || (y_true.rank() > 0 && y_true.back() == 1 && !is_binary(y_pred));
}

Targets targets(const Var& y_true, const Var& y_pred) {
  Targets out{y_true, is_float(y_pred.dtype()) ? y_pred : cast(y_pred, floatx())};
  if (out.truth.dtype() != out.prediction.dtype()) out.truth = cast(out.truth, out.prediction.dtype());
  same_rank(out.truth, out.prediction);
  return out;
}

Var labels(const Var& y_true, const Var& y_pred) {
  Var out = is_integer(y_true.dtype()) ? y_true : cast(y_true, DType::int32);
  if (out.rank() == y_pred.rank() && out.rank() > 0 && out.dim(-1) == 1) out = squeeze(out, {-1});
  if (out.rank() + 1 != y_pred.rank())
    fail(
        "class numbers of shape " + y_true.shape().text() + " do not fit predictions of shape " + y_pred.shape().text(),
        "one number per row of predictions; for one-hot rows CategoricalCrossentropy and CategoricalAccuracy");
  return out;
}

Var before(const Var& value, const Op& op) {
  Var at = value;
  Vars effects;
  while (at.node()->op->passes && at.node()->op != &stop_gradient_op() && !at.node()->inputs.empty()) {
    const Vars& inputs = at.node()->inputs;
    effects.insert(effects.end(), inputs.begin() + 1,
                   inputs.end());  // of `after`: they are to be carried out all the same
    at = Var(inputs[0]);
  }
  if (at.node()->op != &op) return {};
  return effects.empty() ? at.node()->inputs[0] : after(at.node()->inputs[0], effects);
}

Var smoothed(const Var& y_true, double label_smoothing, double classes) {
  return label_smoothing == 0 ? y_true : y_true * (1 - label_smoothing) + label_smoothing / classes;
}

Var clipped(const Var& probabilities) { return clip(probabilities, epsilon, 1 - epsilon); }

Var binary_terms(const Var& truth, const Var& prediction, bool from_logits) {
  const Var logits = from_logits ? prediction : before(prediction, sigmoid_op());
  if (logits.defined()) return sigmoid_crossentropy(logits, truth);
  const Var chance = clipped(prediction);
  return -(truth * log(chance) + (1.0 - truth) * log(1.0 - chance));
}

Var signs(const Var& truth) {
  const Var is_bit = logical_or(equal(truth, 0.0), equal(truth, 1.0));
  return where(all(is_bit), 2.0 * truth - 1.0, truth);
}

Var among_top(const Var& label, const Var& y_pred, int k) {
  if (label.rank() == 1) return in_top_k(label, y_pred, k);
  const Var rows = reshape(y_pred, {-1, y_pred.dim(-1)});
  return reshape(in_top_k(flatten_from(label), rows, k), label.shape());
}

void expect_share(const char* owner, const char* option, double value) {
  if (!(value >= 0 && value <= 1))
    fail(std::string(owner) + " needs a " + option + " from 0 to 1 and was given " + std::to_string(value));
}

}  // namespace cajal::internal
