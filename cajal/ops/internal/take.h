// The gathering ops' gradients, which other ops use too.
#pragma once

#include "cajal/ops/internal/index.h"

namespace cajal {

/// Rows of dy added at their indices of one axis of a tensor shaped like `like`.
Var record_take_gradient(const Var& dy, const Var& indices, const Var& like, int axis);
/// Elements of dy added at their indices of one axis.
Var record_take_along_axis_gradient(const Var& dy, const Var& indices, const Var& like, int axis);
/// `scatter` with the shape of another value.
Var record_scatter(const Var& indices, const Var& values, const Var& like);

std::vector<Sample> take_samples();
std::vector<Sample> take_along_axis_samples();

/// The shape of `take`.
Shape taken_shape(const Shape& from, const Shape& indices, int axis);

/// What scatter and gather_nd share: an index of the first `depth` axes chooses a part of `inner` elements.
class Parts {
 public:
  Parts(const Call& call, int input, const Operand& whole)
      : indices_(call, input), whole_(whole), depth_(call.in[size_t(input)].dim(-1)) {
    inner = whole.product(int(depth_), whole.rank);
    count = call.in[size_t(input)].product(0, call.in[size_t(input)].rank - 1);
  }
  /// Where part number i begins in the whole, in elements; -1 where its index is bad.
  int64_t offset(int64_t i) const {
    int64_t part = 0;
    for (int64_t axis = 0; axis < depth_; ++axis) {
      const int64_t index = indices_.on_axis(i * depth_ + axis, whole_.dims[axis]);
      if (index < 0) return -1;
      part = part * whole_.dims[axis] + index;
    }
    return part * inner;
  }
  int64_t inner = 0, count = 0;

 private:
  Indices indices_;
  const Operand& whole_;
  int64_t depth_;
};

/// The shape of what `indices` choose from a tensor of shape `from`.
Shape parts_shape(const Shape& indices, const Shape& from);

}  // namespace cajal
