// What batch and layer normalization share.
#pragma once

#include <algorithm>

#include "cajal/ops/internal/decomposition.h"
#include "cajal/ops/internal/reduction.h"
#include "cajal/ops/normalization.h"
#include "cajal/ops/normalization_attributes.h"

namespace cajal {

/// The part of the attributes that is a reduction's.
inline ReductionAttributes along(const NormalizationAttributes& attributes) { return {attributes.axes, false}; }

/// The axes that are not among `axes`.
inline std::vector<int> other_axes(const std::vector<int>& axes, int rank) {
  std::vector<int> out;
  for (int axis = 0; axis < rank; ++axis)
    if (!std::binary_search(axes.begin(), axes.end(), axis)) out.push_back(axis);
  return out;
}

/// The sum along the axes; x itself where there are none (an empty list would mean all).
inline Var sum_along(const Var& x, const std::vector<int>& axes) { return axes.empty() ? x : sum(x, axes); }

/// Throws Error unless gamma (or what stands for it) has the shape and a type at least as wide as x's.
inline void expect_parameter(const Spec& x, const Spec& parameter, const Shape& shape) {
  expect_float(x);
  if (!(parameter.shape == shape))
    fail("a scale or shift of the shape " + shape.text() + " was expected beside " + x.text() + ", not " +
         parameter.text());
  if (!is_float(parameter.dtype) || promote(x.dtype, parameter.dtype) != parameter.dtype)
    fail("a scale or shift of type " + std::string(name(x.dtype)) + " or wider was expected, not " + parameter.text());
}

/// Mean and variance of the elements that make one result.
struct Moments {
  double mean = 0, variance = 0;
  template <class T>
  Moments(const ReductionWalk& walk, const T* x, int64_t start) {
    const double count = double(walk.count());
    walk.each_element(start, [&](int64_t at) { mean += double(x[at]); });
    mean /= count;
    walk.each_element(start, [&](int64_t at) { variance += (double(x[at]) - mean) * (double(x[at]) - mean); });
    variance /= count;
  }
};

/// Calls `f` with zeros of two types: that of x and that of the parameters.
template <class F>
void for_two_float_types(DType x, DType parameter, F&& f) noexcept {
  for_float_type(x, [&](auto zero) { for_float_type(parameter, [&](auto other) { f(zero, other); }); });
}

/// Gradients of what the statistics are used for beside y, as a gradient of x; empty where there is no such use.
inline Var statistics_gradient(const Var& x, const Var& mean, const Var& inverse_stddev, const Var& dmean,
                               const Var& dvariance, const Var& dinverse, const ReductionAttributes& reduction) {
  Var dx, through_variance = dvariance;
  if (dinverse.defined()) {
    const Var part = -0.5 * dinverse * inverse_stddev * square(inverse_stddev);
    through_variance = through_variance.defined() ? through_variance + part : part;
  }
  if (through_variance.defined()) {
    const Var distance = cast(x, mean.dtype()) - with_axes(mean, reduction, x.rank());
    dx = 2 * distance * mean_gradient(through_variance, reduction, x);
  }
  if (dmean.defined()) {
    const Var part = mean_gradient(dmean, reduction, x);
    dx = dx.defined() ? dx + part : part;
  }
  return dx;
}

}  // namespace cajal
