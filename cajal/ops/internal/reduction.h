// What reductions share: shapes, samples, and the walk over the elements that make one result.
#pragma once

#include <span>
#include <vector>

#include "cajal/ops/internal/elementwise.h"
#include "cajal/ops/internal/walk.h"
#include "cajal/ops/reduction.h"
#include "cajal/ops/reduction_attributes.h"
#include "cajal/ops/shape.h"

namespace cajal {

/// In what sums are kept: double for floats, so that a float32 reference is as good as its last rounding.
template <class T>
using Accumulated = std::conditional_t<std::is_integral_v<T>, T, double>;

/// The shape that is left. Throws Error for axes that are not there, or named twice.
Shape reduced_shape(const Shape& from, const ReductionAttributes& attributes);
/// Throws Error where an axis that goes away is known to have no elements: there is no largest of nothing.
void expect_elements(const Shape& from, const ReductionAttributes& attributes);
/// The type in which sums and products are made: small integers and bools become int32.
DType sum_type(DType type);

/// A reduced value with its axes back, each of size 1, so that it can be broadcast against what was reduced.
Var with_axes(const Var& reduced, const ReductionAttributes& attributes, int rank);
/// The same, repeated to the shape of `like`.
Var spread(const Var& reduced, const ReductionAttributes& attributes, const Var& like);
/// dy / n, repeated to the shape of `like`, where n elements of `like` make one of dy: the gradient of a mean.
Var mean_gradient(const Var& dy, const ReductionAttributes& attributes, const Var& like);

/// The axes in order and counted from 0, for a call that is to be recorded.
inline ReductionAttributes normal_reduction(const std::vector<int>& axes, bool keepdims, const Var& x) {
  return {normal_axes(axes, x.rank()), keepdims};
}

/// Two nested walks: over the results, and over the elements that make one.
struct ReductionWalk {
  std::array<int64_t, most_axes> kept_dims{}, reduced_dims{};
  Strides kept_strides{}, reduced_strides{};
  size_t kept = 0, reduced = 0;

  ReductionWalk(const Operand& in, const ReductionAttributes& attributes)
      : ReductionWalk(in, attributes.reduced(in.rank)) {}
  ReductionWalk(const Operand& in, const std::array<bool, 16>& goes) {
    const Strides strides = strides_of(in);
    for (size_t axis = 0; axis < size_t(in.rank); ++axis) {
      const int64_t dim = in.dims[axis];
      if (goes[axis]) reduced_dims[reduced] = dim, reduced_strides[reduced++] = strides[axis];
      else kept_dims[kept] = dim, kept_strides[kept++] = strides[axis];
    }
  }
  /// Elements that make one result.
  int64_t count() const {
    int64_t n = 1;
    for (size_t i = 0; i < reduced; ++i) n *= reduced_dims[i];
    return n;
  }
  /// Calls `f(i, offset)`: the results in order, with the offset of the first element of each.
  template <class F>
  void each_result(F&& f) const {
    for_strided(std::span(kept_dims.data(), kept), kept_strides, 0, f);
  }
  /// Calls `f(offset)` for the elements of the result whose first one is at `start`.
  template <class F>
  void each_element(int64_t start, F&& f) const {
    for_strided(std::span(reduced_dims.data(), reduced), reduced_strides, start, [&](int64_t, int64_t at) { f(at); });
  }
};

/// One input, one output made by `template <class T> auto reduce(const ReductionWalk&, const T* x, int64_t start)`.
template <class O>
struct Reduction : ReductionAttributes {
  Specs infer(std::span<const Spec> in) const {
    expect_inputs(in, 1);
    return {Spec{reduced_shape(in[0].shape, *this), in[0].dtype}};
  }
  template <class T>
  void reference(const Call& call) const {
    reduce_all<T, T>(call);
  }
  template <class X, class Y>
  void reduce_all(const Call& call) const {
    const ReductionWalk walk(call.in[0], *this);
    const X* x = call.in[0].as<X>();
    Y* y = call.out[0].as<Y>();
    walk.each_result([&](int64_t i, int64_t start) { y[i] = Y(static_cast<const O*>(this)->reduce(walk, x, start)); });
  }
  static Attributes along(std::vector<int> axes, bool keepdims = false) {
    return Attributes(ReductionAttributes{std::move(axes), keepdims});
  }
};

/// Every kind of axes: last, first, inner, several, all, none; with and without keepdims.
std::vector<Sample> reduction_samples(double low = -2, double high = 2);
/// The same of integers and bools. Proves values only.
std::vector<Sample> integer_reduction_samples();
/// Along axes without elements.
std::vector<Sample> empty_reduction_samples();

}  // namespace cajal
