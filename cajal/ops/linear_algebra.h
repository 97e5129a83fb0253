// Products of matrices and what belongs to them.
//
// Types: two inputs are first made one type as Keras promotes them.
// The versions for Tensors (cajal/eager/ops.h) are written from these lines.
#pragma once

#include <string>
#include <vector>

#include "cajal/graph/op.h"

namespace cajal {

/// The matrix product a b of the last two axes, for each index of the axes before them.
///
/// Leading axes are broadcast. An input of one axis is a row on the left, a column on the right, and that axis goes
/// away. `transpose_a` and `transpose_b` exchange the last two axes of an input first, without moving it.
/// Formula: y[i, j] = sum over k of a[i, k] b[k, j]. Shapes: [..., n, k], [..., k, m] -> [..., n, m].
/// Types: all but bool. Errors: the inner sizes differ; an input without axes. Gradient: dy b^T and a^T dy.
/// Cost: 2 n k m operations for each leading index; where b has two axes, one product of all rows of a.
Var matmul(const Var& a, const Var& b, bool transpose_a = false, bool transpose_b = false);

/// The sum of products over the last axis of a and the last but one of b; the only one, where b has one axis.
///
/// A scalar multiplies. Shapes: [k], [k] -> []; [n, k], [k, m] -> [n, m]; [..., k], [*, k, m] -> [..., *, m].
Var dot(const Var& a, const Var& b);

/// Every element of a times every element of b. Shapes: n elements, m elements -> [n, m].
Var outer(const Var& a, const Var& b);

/// The sum of products over the last `axes` axes of a and the first ones of b.
Var tensordot(const Var& a, const Var& b, int axes = 2);

/// The sum of products over pairs of axes: axes_a[i] of a with axes_b[i] of b.
Var tensordot(const Var& a, const Var& b, const std::vector<int>& axes_a, const std::vector<int>& axes_b);

/// Sums of products written as labels of axes: einsum("bij,bjk->bik", {a, b}).
///
/// Labels that stand in no result are summed over; a label twice in one input takes its diagonal; "..." stands for all
/// axes that have no label. Without "->": labels that stand once, in alphabetical order. Carried out from left to right
/// as matrix products. Errors: sizes of one label differ; a label of the result stands in no input.
Var einsum(const std::string& equation, const Vars& inputs);

/// The elements i, i + offset of two axes, as a new last axis.
Var diagonal(const Var& x, int offset = 0, int axis1 = 0, int axis2 = 1);

/// Of a vector: the matrix with it on a diagonal. Of a matrix: its diagonal.
Var diag(const Var& x, int offset = 0);

/// The sum of a diagonal.
Var trace(const Var& x, int offset = 0, int axis1 = 0, int axis2 = 1);

/// The last two axes with zeros above diagonal `k`.
Var tril(const Var& x, int k = 0);

/// The last two axes with zeros below diagonal `k`.
Var triu(const Var& x, int k = 0);

}  // namespace cajal
