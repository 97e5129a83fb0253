// ONNX has channels first, Cajal has them last.
#pragma once

#include "cajal/ops/shape.h"

namespace cajal::onnx_cases {

/// [n, c, s...] -> [n, s..., c]
inline Var channels_last(const Var& x) { return x.rank() > 2 ? moveaxis(x, 1, -1) : x; }
/// [n, s..., c] -> [n, c, s...]
inline Var channels_first(const Var& x) { return x.rank() > 2 ? moveaxis(x, -1, 1) : x; }

/// The axes 2, 3, ... of an image in ONNX.
inline std::vector<int> spatial_axes_of(const Var& x) {
  std::vector<int> out;
  for (int axis = 2; axis < x.rank(); ++axis) out.push_back(axis);
  return out;
}

}  // namespace cajal::onnx_cases
