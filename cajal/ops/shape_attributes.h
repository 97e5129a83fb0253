// Attributes of the ops in shape.h: what kernels and file writers read.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "cajal/base/error.h"
#include "cajal/tensor/tensor.h"

namespace cajal {

/// Of ops that work along one axis, counted from 0.
struct AxisAttributes {
  int axis = 0;
  template <class V>
  void fields(V& v) const {
    v("axis", axis);
  }
};

/// A dimension of `target` may be -1: what is left. `same_as`, where not empty, names for each dimension the input's
/// axis that it equals, or -1: so that a model can be called again on another batch or image size.
struct ReshapeAttributes {
  Shape target;
  std::vector<int> same_as = {};
  template <class V>
  void fields(V& v) const {
    v("target", target);
    v("same_as", same_as);
  }
};

/// A dimension of -1 is the input's own. Without a shape: that of the second input.
struct BroadcastAttributes {
  Shape shape;
  template <class V>
  void fields(V& v) const {
    v("shape", shape);
  }
};

/// `axes[i]` is the input's axis that becomes axis i.
struct TransposeAttributes {
  std::vector<int> axes;
  template <class V>
  void fields(V& v) const {
    v("axes", axes);
  }
};

/// The elements start, start + step, ... of one axis: `count` of them.
struct AxisRange {
  int64_t start = 0, step = 1, count = 0;
};

/// NumPy's start:stop:step as a range of an axis with `size` elements.
inline AxisRange axis_range(const Slice& slice, int64_t size) {
  const bool forward = slice.step > 0;
  const int64_t lowest = forward ? 0 : -1, highest = forward ? size : size - 1;
  auto inside = [&](int64_t place) { return std::clamp(place < 0 ? place + size : place, lowest, highest); };
  const int64_t start = slice.start == from_first ? (forward ? lowest : highest) : inside(slice.start);
  const int64_t stop = slice.stop == to_end ? (forward ? highest : lowest) : inside(slice.stop);
  const int64_t length = forward ? stop - start : start - stop;
  // Unsigned, because the size of the smallest step there is does not fit a signed integer.
  const uint64_t stride = forward ? uint64_t(slice.step) : 0 - uint64_t(slice.step);
  return {start, slice.step, length <= 0 ? 0 : int64_t((uint64_t(length) - 1) / stride + 1)};
}

/// One Slice per leading axis; the axes after them are taken whole.
struct SliceAttributes {
  std::vector<int64_t> starts, stops, steps;  // of equal length

  Slice axis(int axis) const {
    const size_t i = size_t(axis);
    return i < starts.size() ? Slice{starts[i], stops[i], steps[i]} : Slice{};
  }
  template <class V>
  void fields(V& v) const {
    v("starts", starts);
    v("stops", stops);
    v("steps", steps);
  }
};

/// `size` elements along `axis`.
struct DynamicSliceAttributes {
  int axis = 0;
  Dim size = 0;
  template <class V>
  void fields(V& v) const {
    v("axis", axis);
    v("size", size);
  }
};

/// The axis is cut into parts that are to one another as these numbers.
struct SplitAttributes {
  int axis = 0;
  std::vector<int64_t> parts;
  template <class V>
  void fields(V& v) const {
    v("axis", axis);
    v("parts", parts);
  }
};

/// What stands outside of the tensor: one value; or the tensor mirrored without (reflect) or with (symmetric) its
/// outermost element; or that element repeated (edge).
/// Written to files: the numbers never change.
struct PadMode {
  static constexpr int constant = 0, reflect = 1, symmetric = 2, edge = 3;
};

/// Of `pad`.
struct PadAttributes {
  std::vector<int64_t> low, high;  // one per axis, not negative
  int mode = PadMode::constant;
  double value = 0;

  /// The element of an axis with `size` elements that stands at `place`, counted from its first; -1: the value.
  int64_t source(int64_t place, int64_t size) const {
    if (place >= 0 && place < size) return place;
    if (mode == PadMode::constant) return -1;
    if (mode == PadMode::edge) return place < 0 ? 0 : size - 1;
    const int64_t twice = mode == PadMode::symmetric ? 2 * size : std::max<int64_t>(2 * size - 2, 1);
    const int64_t folded = ((place % twice) + twice) % twice;
    return folded < size ? folded : (mode == PadMode::symmetric ? twice - 1 : twice) - folded;
  }
  template <class V>
  void fields(V& v) const {
    v("low", low);
    v("high", high);
    v("mode", mode);
    v("value", value);
  }
};

}  // namespace cajal
