// What `slice` and its gradient share.
#pragma once

#include "cajal/ops/internal/walk.h"
#include "cajal/ops/shape_attributes.h"

namespace cajal {

/// Throws Error where an axis of unknown size is not taken whole.
Shape sliced_shape(const SliceAttributes& attributes, const Shape& from);

/// dy at the places of `like` that the slice takes, zeros elsewhere.
Var record_slice_gradient(const Var& dy, const Var& like, const SliceAttributes& attributes);

std::vector<Sample> slice_samples();

/// Where the elements of a slice lie in the whole operand.
struct SliceWalk {
  int64_t start = 0;
  Strides strides{};
  SliceWalk(const SliceAttributes& attributes, const Operand& whole) : strides(strides_of(whole)) {
    for (int axis = 0; axis < whole.rank; ++axis) {
      const AxisRange range = axis_range(attributes.axis(axis), whole.dims[axis]);
      start += range.start * strides[size_t(axis)];
      strides[size_t(axis)] *= range.step;
    }
  }
};

}  // namespace cajal
