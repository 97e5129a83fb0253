// Losses that are one op: numerically exact where a chain of ops would overflow. One value per element or row; means
// and weights are the caller's. One declaration a line: the versions for Tensors (cajal/eager/ops.h) are written from
// these lines.
#pragma once

#include "cajal/graph/var.h"

namespace cajal {

/// -log of the probability that softmax(logits) gives the labelled class.
///
/// Shapes: logits [..., classes, ...] with the classes along the axis; labels and result without that axis.
/// Types: labels are integers. Errors, when run: a label below 0 or not below the number of classes.
/// Formula: log(sum(exp(logits))) - logits[label]. Gradient: dy (softmax(logits) - one_hot(label)).
Var sparse_softmax_crossentropy(const Var& logits, const Var& labels, int axis = -1);

/// -sum(targets log(softmax(logits))) along the axis.
///
/// Shapes: both [..., classes, ...]; the result without that axis. Where a target is 0 its class does not count.
/// Gradient: dy (softmax(logits) sum(targets) - targets), and -dy log_softmax(logits).
Var softmax_crossentropy(const Var& logits, const Var& targets, int axis = -1);

/// -z log(sigmoid(x)) - (1 - z) log(1 - sigmoid(x)), element by element, for logits x and targets z.
///
/// Exact for large |x|. Formula: max(x, 0) - x z + log(1 + exp(-|x|)). Gradient: (dy (sigmoid(x) - z), -dy x).
Var sigmoid_crossentropy(const Var& logits, const Var& targets);

}  // namespace cajal
