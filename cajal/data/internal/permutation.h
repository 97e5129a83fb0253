// Random orders of 0, ..., count - 1.
#pragma once

#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

#include "cajal/base/random.h"

namespace cajal::internal {

/// Every order is as likely as any other (Fisher-Yates).
inline std::vector<int64_t> permutation(int64_t count, random::Stream& stream) {
  std::vector<int64_t> order(static_cast<size_t>(count));
  std::iota(order.begin(), order.end(), 0);
  for (int64_t left = count; left > 1; --left) std::swap(order[size_t(left - 1)], order[size_t(stream.below(left))]);
  return order;
}

/// Each number is drawn from a window of those that come next, which is refilled as it empties.
inline std::vector<int64_t> windowed_permutation(int64_t count, int64_t window, random::Stream& stream) {
  std::vector<int64_t> order, held;
  order.reserve(size_t(count));
  for (int64_t coming = 0; int64_t(order.size()) < count;) {
    while (coming < count && int64_t(held.size()) < window) held.push_back(coming++);
    std::swap(held[size_t(stream.below(int64_t(held.size())))], held.back());
    order.push_back(held.back());
    held.pop_back();
  }
  return order;
}

}  // namespace cajal::internal
