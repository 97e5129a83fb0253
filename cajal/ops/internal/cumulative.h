// What running sums and products share.
#pragma once

#include "cajal/ops/internal/reduction.h"

namespace cajal {

/// One input, one output of its shape: `O::combine` of all elements up to each one.
template <class O>
struct Cumulative : CumulativeAttributes {
  Specs infer(std::span<const Spec> in) const {
    expect_inputs(in, 1);
    normal_axis(axis, in[0].shape.rank());
    return {Spec{in[0].shape, in[0].dtype}};
  }
  static std::vector<std::pair<int, int>> in_place() { return {{0, 0}}; }
  template <class T>
  void reference(const Call& call) const {
    const AxisView view(call.in[0], axis);
    for (int64_t outer = 0; outer < view.outer; ++outer)
      for (int64_t inner = 0; inner < view.inner; ++inner) {
        const int64_t first = outer * view.size * view.inner + inner;
        line(call.in[0].as<T>() + first, call.out[0].as<T>() + first, view.size, view.inner);
      }
  }
  template <class T>
  void line(const T* x, T* y, int64_t size, int64_t stride) const {
    Accumulated<T> total(O::neutral);
    for (int64_t i = 0; i < size; ++i) {
      const int64_t at = (reverse ? size - 1 - i : i) * stride;
      total = O::combine(total, Accumulated<T>(x[at]));
      y[at] = T(total);
    }
  }
};

inline std::vector<Sample> cumulative_samples(double low, double high) {
  return {{Attributes(CumulativeAttributes{1, false}), {{{2, 3}}}, low, high},
          {Attributes(CumulativeAttributes{0, true}), {{{5, 2}}}, low, high},
          {Attributes(CumulativeAttributes{1, false}), {{{2, 17, 3}}}, low, high},
          {Attributes(CumulativeAttributes{1, true}), {{{2, 0, 3}}}, low, high},
          {Attributes(CumulativeAttributes{0, false}), {{{9}, DType::int32}}, -9, 9, {}, false}};
}

}  // namespace cajal
