// Walking over the elements of tensors, for reference kernels.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <type_traits>

#include "cajal/graph/op.h"
#include "cajal/tensor/shape.h"

namespace cajal {

/// As many axes as a tensor on a graph may have.
inline constexpr int most_axes = 16;
using Strides = std::array<int64_t, most_axes>;

inline void check_rank(const Shape& shape) {
  if (shape.rank() > most_axes)
    fail("the shape " + shape.text() + " has more than " + std::to_string(most_axes) + " axes");
}

/// Row-major strides of an operand, in elements.
inline Strides strides_of(const Operand& operand) {
  Strides out{};
  int64_t stride = 1;
  for (int axis = operand.rank - 1; axis >= 0; --axis) {
    out[size_t(axis)] = stride;
    stride *= operand.dims[axis];
  }
  return out;
}

/// Calls `f(i, offset)` for the elements of a box in row-major order: i counts them, offset is `start` plus the sum of
/// index times stride.
template <class F>
void for_strided(std::span<const int64_t> dims, const Strides& strides, int64_t start, F&& f) {
  int64_t size = 1, offset = start;
  for (int64_t dim : dims) size *= dim;
  Strides index{};
  for (int64_t i = 0; i < size; ++i) {
    f(i, offset);
    for (size_t axis = dims.size(); axis-- > 0;) {
      offset += strides[axis];
      if (++index[axis] < dims[axis]) break;
      offset -= strides[axis] * index[axis];
      index[axis] = 0;
    }
  }
}

/// Calls `f` with a zero of an unsigned type of that many bytes: ops that only move elements need no more types.
template <class F>
void for_bytes(DType type, F&& f) {
  switch (size_of(type)) {
    case 1: return f(uint8_t());
    case 2: return f(uint16_t());
    case 4: return f(uint32_t());
    default: return f(uint64_t());
  }
}

/// a + b, integers wrapping round.
template <class T>
T plus(T a, T b) {
  if constexpr (std::is_same_v<T, bool>) return a || b;
  else if constexpr (std::is_integral_v<T>) return T(std::make_unsigned_t<T>(a) + std::make_unsigned_t<T>(b));
  else return T(a + b);
}

/// An operand seen as `outer` blocks of `size` rows of `inner` elements: the axis and what lies on both sides of it.
struct AxisView {
  int64_t outer, size, inner;
  AxisView(const Operand& operand, int axis)
      : outer(operand.product(0, axis)), size(operand.dims[axis]), inner(operand.product(axis + 1, operand.rank)) {}
};

}  // namespace cajal
