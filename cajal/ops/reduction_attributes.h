// Attributes of the ops in reduction.h: what kernels and file writers read.
#pragma once

#include <array>
#include <vector>

#include "cajal/tensor/shape.h"

namespace cajal {

/// The axes that go away; an empty list means all of them.
struct ReductionAttributes {
  std::vector<int> axes;
  bool keepdims = false;

  /// Which of the axes go away.
  std::array<bool, 16> reduced(int rank) const {
    std::array<bool, 16> out{};
    for (int axis = 0; axis < rank; ++axis) out[size_t(axis)] = axes.empty();
    for (int axis : axes) out[size_t(axis < 0 ? axis + rank : axis)] = true;
    return out;
  }
  template <class V>
  void fields(V& v) const {
    v("axes", axes);
    v("keepdims", keepdims);
  }
};

/// Of argmax and argmin.
struct ArgumentAttributes {
  int axis = 0;
  bool keepdims = false;
  template <class V>
  void fields(V& v) const {
    v("axis", axis);
    v("keepdims", keepdims);
  }
};

/// Of cumsum and cumprod.
struct CumulativeAttributes {
  int axis = 0;
  bool reverse = false;
  template <class V>
  void fields(V& v) const {
    v("axis", axis);
    v("reverse", reverse);
  }
};

}  // namespace cajal
