// Random orders of 0, ..., count - 1.
#pragma once

#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

#include "cajal/base/random.h"

namespace cajal::internal {

/// A uniform number in [0, bound), bound >= 1; for most bounds of one word of the stream, without a division.
/// Source: D. Lemire, "Fast random integer generation in an interval", TOMACS 29, 2019.
inline int64_t draw_below(random::Stream& stream, int64_t bound) {
  if (bound > int64_t(UINT32_MAX)) return stream.below(bound);
  const auto range = uint32_t(bound);
  uint64_t product = uint64_t(stream()) * range;
  if (uint32_t(product) < range) {
    const uint32_t reject = (0 - range) % range;  // the words that would make some results likelier
    while (uint32_t(product) < reject) product = uint64_t(stream()) * range;
  }
  return int64_t(product >> 32);
}

/// Every order is as likely as any other (Fisher-Yates).
inline std::vector<int64_t> permutation(int64_t count, random::Stream& stream) {
  std::vector<int64_t> order(static_cast<size_t>(count));
  std::iota(order.begin(), order.end(), 0);
  for (int64_t left = count; left > 1; --left)
    std::swap(order[size_t(left - 1)], order[size_t(draw_below(stream, left))]);
  return order;
}

/// Each number is drawn from a window of those that come next, which is refilled as it empties.
inline std::vector<int64_t> windowed_permutation(int64_t count, int64_t window, random::Stream& stream) {
  std::vector<int64_t> order, held;
  order.reserve(size_t(count));
  for (int64_t coming = 0; int64_t(order.size()) < count;) {
    while (coming < count && int64_t(held.size()) < window) held.push_back(coming++);
    std::swap(held[size_t(draw_below(stream, int64_t(held.size())))], held.back());
    order.push_back(held.back());
    held.pop_back();
  }
  return order;
}

}  // namespace cajal::internal
