// Reductions: many values along some axes made one, and running sums along an axis.
//
// An empty list of axes means all of them; negative axes count from the end. With `keepdims` the axes stay, of size 1.
// Errors: an axis that x does not have, or named twice.
// One declaration a line: the versions for Tensors (cajal/eager/ops.h) are written from these lines.
#pragma once

#include <vector>

#include "cajal/graph/op.h"

namespace cajal {

/// The sum along the axes.
///
/// Types: bool and integers smaller than 32 bits become int32. The sum of nothing is 0. Gradient: dy, repeated.
Var sum(const Var& x, const std::vector<int>& axes = {}, bool keepdims = false);

/// The mean along the axes.
///
/// Types: integers become float32. The mean of nothing is NaN. Gradient: dy / n, repeated.
Var mean(const Var& x, const std::vector<int>& axes = {}, bool keepdims = false);

/// The product along the axes.
///
/// Types: bool and integers smaller than 32 bits become int32. The product of nothing is 1.
/// Gradient: dy times the product of the other factors; differentiable again where no factor is 0.
Var prod(const Var& x, const std::vector<int>& axes = {}, bool keepdims = false);

/// The largest value along the axes; NaN where one is NaN.
///
/// Errors: an axis without elements. Gradient: dy, in equal shares where several are the largest.
Var max(const Var& x, const std::vector<int>& axes = {}, bool keepdims = false);

/// The smallest value along the axes; NaN where one is NaN.
///
/// Errors: an axis without elements. Gradient: dy, in equal shares where several are the smallest.
Var min(const Var& x, const std::vector<int>& axes = {}, bool keepdims = false);

/// Whether any value along the axes is not 0.
Var any(const Var& x, const std::vector<int>& axes = {}, bool keepdims = false);

/// Whether all values along the axes are not 0; true of nothing.
Var all(const Var& x, const std::vector<int>& axes = {}, bool keepdims = false);

/// How many values along the axes are not 0, as int32.
Var count_nonzero(const Var& x, const std::vector<int>& axes = {}, bool keepdims = false);

/// The mean squared distance from the mean; divided by n, not by n - 1.
Var var(const Var& x, const std::vector<int>& axes = {}, bool keepdims = false);

/// The square root of the variance. Gradient: infinite where all values are equal.
Var std(const Var& x, const std::vector<int>& axes = {}, bool keepdims = false);

/// log(sum(exp(x))) along the axes, exact for large |x|.
///
/// Errors: an axis without elements. Gradient: dy exp(x - y).
Var logsumexp(const Var& x, const std::vector<int>& axes = {}, bool keepdims = false);

/// The length of the vector along the axes: the square root of the sum of squares. Gradient: NaN at a length of 0.
Var norm(const Var& x, const std::vector<int>& axes = {}, bool keepdims = false);

/// The square root of the sum of squares over all elements of all inputs.
///
/// What gradients are clipped by. Types: floats of one type; no input gives a float32 0. Gradient: dy x / y, 0 at y =
/// 0.
Var global_norm(const Vars& inputs);

/// The index of the largest value along the axis, the first one of equals, as int32; NaN counts as the largest.
///
/// Errors: an axis without elements. Gradient: none.
Var argmax(const Var& x, int axis = -1, bool keepdims = false);

/// The index of the smallest value along the axis, the first one of equals, as int32; NaN counts as the smallest.
///
/// Errors: an axis without elements. Gradient: none.
Var argmin(const Var& x, int axis = -1, bool keepdims = false);

/// Running sums along the axis: y[i] = x[0] + ... + x[i]; `reverse`: x[i] + ... + x[n - 1].
///
/// Types: bool and integers smaller than 32 bits become int32. Gradient: the running sums of dy from the other end.
Var cumsum(const Var& x, int axis = -1, bool reverse = false);

/// Running products along the axis: y[i] = x[0] ... x[i]; `reverse`: x[i] ... x[n - 1].
///
/// Types: bool and integers smaller than 32 bits become int32.
/// Gradient: the running sums of dy y from the other end, over x; NaN where x is 0.
Var cumprod(const Var& x, int axis = -1, bool reverse = false);

/// Sums over the axes along which `x` is larger than `shape`: undoes a broadcast.
///
/// Where x is smaller it is repeated. Errors: neither can be broadcast to the other.
Var sum_to(const Var& x, const Shape& shape);

}  // namespace cajal
