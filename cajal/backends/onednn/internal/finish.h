// What happens to the elements of a result once a primitive has made them, while they are in the cache.
#pragma once

#include <cstdint>
#include <limits>

namespace cajal::onednn {

/// In this order, each step rounded to float32: + bias, * scale, + shift, + residual, relu up to the limit, 0 where the
/// mask does not lie between 0 and the limit. Null or false: not done.
struct Finish {
  const float *bias = nullptr, *scale = nullptr, *shift = nullptr;  ///< [channels]
  const float *residual = nullptr, *mask = nullptr;                 ///< of the result's shape
  bool relu = false;
  float limit = std::numeric_limits<float>::infinity();

  bool is_empty() const { return !bias && !scale && !residual && !mask && !relu; }
};

/// Elements [begin, begin + count) of `result`; both are multiples of `channels`.
void finish(const Finish& steps, float* result, int64_t channels, int64_t begin, int64_t count) noexcept;

/// Adds elements [begin, end) of each of `arrays` arrays, which lie `distance` elements apart, to the sum, in their
/// order.
void add_arrays(float* sum, const float* more, int64_t distance, int64_t arrays, int64_t begin, int64_t end) noexcept;

}  // namespace cajal::onednn
