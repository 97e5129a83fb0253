#include "cajal/nn/internal/targets.h"
#include "cajal/nn/losses.h"
#include "cajal/nn/part_table.h"
#include "cajal/ops/activation.h"
#include "cajal/ops/elementwise.h"
#include "cajal/ops/losses.h"
#include "cajal/ops/reduction.h"

namespace cajal {

const Op& softmax_op();

namespace {

Var label_terms(const Var& label, const Var& y_pred, bool from_logits, int axis, double label_smoothing) {
  Var logits = from_logits ? y_pred : internal::before(y_pred, softmax_op());
  if (!logits.defined()) logits = log(internal::clipped(y_pred));
  const Var values = sparse_softmax_crossentropy(logits, label, axis);
  if (label_smoothing == 0) return values;
  return values * (1 - label_smoothing) - mean(log_softmax(logits, axis), {axis}) * label_smoothing;
}

}  // namespace

SparseCategoricalCrossentropy::SparseCategoricalCrossentropy(Options given)
    : Loss(given.name, given.reduction), options(std::move(given)) {
  internal::expect_share("SparseCategoricalCrossentropy", "label_smoothing", options.label_smoothing);
}

Var sparse_categorical_crossentropy(const Var& y_true, const Var& y_pred, bool from_logits,
                                    std::optional<int64_t> ignore_class, int axis, double label_smoothing) {
  Var label = internal::labels(y_true, y_pred), valid;
  if (ignore_class) {
    valid = not_equal(label, int(*ignore_class));
    label = where(valid, label, 0);
  }
  const Var values = label_terms(label, y_pred, from_logits, axis, label_smoothing);
  return ignore_class ? where(valid, values, 0.0).with_mask(valid) : values;
}

Var SparseCategoricalCrossentropy::call(const Var& y_true, const Var& y_pred) const {
  return sparse_categorical_crossentropy(y_true, y_pred, options.from_logits, options.ignore_class, options.axis,
                                         options.label_smoothing);
}

CAJAL_PART(Loss, loss, sparse_categorical_crossentropy, SparseCategoricalCrossentropy,
           "sparse_categorical_crossentropy")

}  // namespace cajal
