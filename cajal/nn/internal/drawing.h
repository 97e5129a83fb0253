// Filling a weight with numbers drawn one by one, in double.
#pragma once

#include <optional>

#include "cajal/base/random.h"
#include "cajal/tensor/tensor.h"

namespace cajal::internal {

/// `next()` for every element in row-major order.
template <class F>
Tensor filled(const Shape& shape, DType type, F&& next) {
  Tensor values(shape, DType::float64);
  double* to = values.data<double>();
  for (int64_t i = 0; i < values.size(); ++i) to[i] = next();
  return values.cast(type);
}

/// The stream of an initializer's own seed, if it has one.
inline random::Stream stream_of(const std::optional<int64_t>& own, uint64_t seed) {
  return random::Stream(own ? uint64_t(*own) : seed);
}

/// A normal number at most two standard deviations from the mean.
inline double truncated_normal(random::Stream& stream, double mean, double stddev) {
  double unit = stream.normal();
  while (unit < -2 || unit > 2) unit = stream.normal();
  return mean + stddev * unit;
}

}  // namespace cajal::internal
