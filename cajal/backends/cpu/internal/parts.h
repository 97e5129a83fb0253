// Work cut into parts, one for each thread: how many there are is decided when a plan is made, so that each part can
// have scratch memory of its own.
#pragma once

#include <algorithm>
#include <cstdint>
#include <type_traits>

#include "cajal/base/parallel.h"

namespace cajal::cpu {

/// Elements of float32 below which another thread is not worth its waking.
inline constexpr int64_t kElementsPerThread = 32 * 1024;

constexpr int64_t divide_up(int64_t a, int64_t b) { return (a + b - 1) / b; }
constexpr int64_t round_up(int64_t a, int64_t b) { return divide_up(a, b) * b; }

/// A range of indices.
struct Range {
  int64_t begin = 0, end = 0;
  int64_t size() const { return end - begin; }
};

/// One of `parts` pieces of [0, count), which differ by at most one in size.
constexpr Range piece(int64_t count, int64_t part, int64_t parts) {
  return {count * part / parts, count * (part + 1) / parts};
}

/// Elements `some` of result[size] = the sum of partial[sums, size], added in order.
inline void add_partial_sums(const float* partial, int64_t sums, int64_t size, Range some, float* result) {
  std::copy(partial + some.begin, partial + some.end, result + some.begin);
  for (int64_t k = 1; k < sums; ++k)
    for (int64_t i = some.begin; i < some.end; ++i) result[i] += partial[k * size + i];
}

/// How many parts to cut work into: each at least `least` large.
constexpr int parts_for(int64_t work, int64_t least, int threads) {
  return int(std::clamp<int64_t>(work / std::max<int64_t>(least, 1), 1, std::max(threads, 1)));
}

/// Calls `body(part)` for each part; on this thread alone where there is one.
template <class Body>
void for_parts(int64_t parts, const Body& body) {
  if (parts == 1) return body(int64_t(0));
  parallel_for(parts, 1, [&](int64_t begin, int64_t end) {
    for (int64_t part = begin; part < end; ++part) body(part);
  });
}

/// Calls `body(begin, end)` on ranges of [0, count) of at least `least` each; for work that needs no scratch memory and
/// whose result does not depend on where it is cut.
template <class Body>
void for_ranges(int64_t count, int64_t least, const Body& body) {
  if (count <= least) return body(int64_t(0), count);
  parallel_for(count, least, body);
}

}  // namespace cajal::cpu
