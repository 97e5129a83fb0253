// What the cross-entropy of labels and its gradient share.
#pragma once

#include "cajal/ops/internal/softmax.h"
#include "cajal/ops/losses.h"

namespace cajal {

/// (probabilities - one_hot(labels)) dloss.
Var sparse_softmax_crossentropy_gradient(const Var& probabilities, const Var& labels, const Var& dloss, int axis);

/// Throws Error unless the labels are integers of the logits' shape without the axis.
void expect_labels(const Spec& logits, const Spec& labels, int axis);

/// Calls `f(row, label, first)` for each row: its number, its label as an integer, and the offset of its first element.
template <class F>
void for_labelled_rows(const AxisView& view, const Operand& labels, F&& f) {
  for_type(labels.dtype, [&](auto zero) {
    const auto* label = labels.as<decltype(zero)>();
    for (int64_t outer = 0, row = 0; outer < view.outer; ++outer)
      for (int64_t inner = 0; inner < view.inner; ++inner, ++row)
        f(row, int64_t(label[row]), outer * view.size * view.inner + inner);
  });
}

}  // namespace cajal
