// What softmax, log_softmax, sparsemax and the cross-entropies share: rows along one axis.
#pragma once

#include "cajal/ops/internal/reduction.h"

namespace cajal {

/// One input, one output of its shape, made row by row along the axis:
/// `template <class T> void row(const T* x, T* y, int64_t size, int64_t stride, Computed<T>* scratch) const`.
template <class O>
struct RowWise : SoftmaxAttributes {
  Specs infer(std::span<const Spec> in) const {
    expect_inputs(in, 1);
    expect_float(in[0]);
    normal_axis(axis, in[0].shape.rank());
    return {Spec{in[0].shape, in[0].dtype}};
  }
  static std::vector<std::pair<int, int>> in_place() { return {{0, 0}}; }
  void reference(const Call& call) const {
    for_float_type(call.out[0].dtype, [&](auto zero) { rows<decltype(zero)>(call); });
  }
  template <class T>
  void rows(const Call& call) const {
    const AxisView view(call.in[0], axis);
    for (int64_t outer = 0; outer < view.outer; ++outer)
      for (int64_t inner = 0; inner < view.inner; ++inner) {
        const int64_t first = outer * view.size * view.inner + inner;
        static_cast<const O*>(this)->row(call.in[0].as<T>() + first, call.out[0].as<T>() + first, view.size, view.inner,
                                         reinterpret_cast<Computed<T>*>(call.workspace));
      }
  }
};

/// The largest of a row: subtracted before exp, so that nothing overflows.
template <class T>
Computed<T> largest_of(const T* x, int64_t size, int64_t stride) {
  Computed<T> largest = -std::numeric_limits<Computed<T>>::infinity();
  for (int64_t i = 0; i < size; ++i) largest = std::max(largest, Computed<T>(x[i * stride]));
  return largest;
}

/// The sum of exp(x - largest) of a row.
template <class T>
Computed<T> sum_of_exponentials(const T* x, int64_t size, int64_t stride, Computed<T> largest) {
  double total = 0;
  for (int64_t i = 0; i < size; ++i) total += double(std::exp(Computed<T>(x[i * stride]) - largest));
  return Computed<T>(total);
}

/// y = softmax(x) of a row.
template <class T>
void softmax_row(const T* x, T* y, int64_t size, int64_t stride) {
  using C = Computed<T>;
  const C largest = largest_of(x, size, stride), total = sum_of_exponentials(x, size, stride, largest);
  for (int64_t i = 0; i < size; ++i) y[i * stride] = T(C(std::exp(C(x[i * stride]) - largest) / total));
}

/// Gradient of softmax with result y: y (dy - sum(dy y)).
inline Var softmax_gradient(const Var& y, const Var& dy, int axis) { return y * (dy - sum(dy * y, {axis}, true)); }

inline std::vector<Sample> row_samples() {
  const Tensor large = Tensor::of({1000.f, 1001.f, 998.f, -1e30f, 0.f, 5.f}, {2, 3});
  return {{Attributes(SoftmaxAttributes{1}), {{{2, 3}}}, -2, 2},
          {Attributes(SoftmaxAttributes{0}), {{{7}}}, -2, 2},
          {Attributes(SoftmaxAttributes{1}), {{{3, 17, 2}}}, -2, 2},
          {Attributes(SoftmaxAttributes{0}), {{{4, 1, 3}}}, -2, 2},
          {Attributes(SoftmaxAttributes{1}), {{{2, 3}}}, 0, 0, {large}, false},
          {Attributes(SoftmaxAttributes{0}), {{{0, 3}}}, 0, 0, {}, false}};
}

}  // namespace cajal
