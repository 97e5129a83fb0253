// Ops that order elements.
//
// NaN counts as larger than every number; equal elements keep their order.
// The versions for Tensors (cajal/eager/ops.h) are written from these lines.
#pragma once

#include <array>
#include <string>

#include "cajal/graph/op.h"

namespace cajal {

/// The indices that put the elements along an axis in ascending order.
///
/// Types: any -> int32. Gradient: none. Cost: n log n.
Var argsort(const Var& x, int axis = -1);

/// The elements along an axis in ascending order. Gradient: dy, brought back to where the elements stood.
Var sort(const Var& x, int axis = -1);

/// The k largest elements of the last axis, the largest first, and their indices.
///
/// Shapes: [..., n] -> twice [..., k]. Types: any -> the same and int32. Errors: k is more than n.
/// Gradient: the elements of dy, brought back to where they stood.
std::array<Var, 2> top_k(const Var& x, int k);

/// Where each value belongs in an ascending sequence: before equal elements (side "left") or behind them ("right").
///
/// Shapes: [n], any -> that of the values. Types: any -> int32. Gradient: none.
Var searchsorted(const Var& sorted_sequence, const Var& values, const std::string& side = "left");

/// Whether the score of the target class is one of the k largest of its row; equal scores are all in.
///
/// Shapes: [batch], [batch, classes] -> bool [batch]. False where the score is no finite number or the target no class.
Var in_top_k(const Var& targets, const Var& predictions, int k);

}  // namespace cajal
