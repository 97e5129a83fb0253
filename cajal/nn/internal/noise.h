// The shape in which a dropout layer draws.
#pragma once

#include "cajal/graph/graph.h"
#include "cajal/ops/shape.h"

namespace cajal {

/// A value of the shape in which noise for `x` is drawn: x itself unless a shape is given. There 1 repeats the same
/// choice along that axis; -1 (or the batch) takes the size of x.
inline Var noise_like(const Var& x, const Shape& noise_shape) {
  if (noise_shape.empty()) return x;
  Shape out;
  for (int axis = 0; axis < x.rank(); ++axis) {
    const Dim given = axis < noise_shape.rank() ? noise_shape[axis] : Dim(1);
    out.push_back(given.is_symbolic() || given == -1 ? x.dim(axis) : given);
  }
  return broadcast_to(constant_like(0, x), out);
}

}  // namespace cajal
