// Ops that pick elements by index, and put them back.
//
// Types: indices are integers of any type; negative ones count from the end. Each index is checked when the program
// runs: the first bad one stops the run with an Error that names it.
// The versions for Tensors (cajal/eager/ops.h) are written from these lines.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cajal/graph/op.h"

namespace cajal {

/// The parts of x at the given indices of one axis.
///
/// Along axis 0 of a table of vectors: an embedding. Shapes: the axis is replaced by the axes of `indices`.
/// Errors, when run: an index beyond the axis. Gradient: the rows of dy, added at their indices.
Var take(const Var& x, const Var& indices, int axis);

/// For each place of `indices` the element of x at that index of one axis, the other indices staying.
///
/// Shapes: as many axes as x; those other than `axis` are broadcast to one another. Errors, when run: an index beyond
/// the axis. Gradient: the elements of dy, added at their indices.
Var take_along_axis(const Var& x, const Var& indices, int axis);

/// Rows of zeros with a one at each index; a row of zeros where the index is not one of the classes.
///
/// Shapes: a new axis of `num_classes` elements. Gradient: none.
Var one_hot(const Var& x, int64_t num_classes, int axis = -1, DType dtype = DType::float32);

/// The elements, or the parts, of x at indices of several axes at once.
///
/// Shapes: x [a, b, c], indices [n, 2] -> [n, c]. Errors, when run: an index beyond its axis.
/// Gradient: scatter(indices, dy).
Var gather_nd(const Var& x, const Var& indices);

/// Zeros of a shape with values added at indices of the first axes.
///
/// Values of equal indices are summed. Shapes: indices [n, 2], values [n, c] -> [a, b, c].
/// Errors, when run: an index beyond its axis. Gradient: gather_nd(dy, indices).
Var scatter(const Var& indices, const Var& values, const Shape& shape);

/// x with values added at indices of the first axes. Shapes: as scatter.
Var scatter_add(const Var& x, const Var& indices, const Var& updates);

/// x with values written at indices of the first axes, no two of them equal. Shapes: as scatter.
Var scatter_update(const Var& x, const Var& indices, const Var& updates);

}  // namespace cajal
