// Pieces of work shared out over Cajal's threads, each of which has scratch memory of its own: a slot.
#pragma once

#include <algorithm>
#include <atomic>

#include "cajal/backends/onednn/internal/library.h"
#include "cajal/base/parallel.h"

namespace cajal::onednn {

constexpr size_t whole_lines(size_t bytes) { return (bytes + 63) / 64 * 64; }

/// How many slots so many pieces need.
inline size_t slots_for(size_t pieces, int threads) { return std::min(pieces, size_t(std::max(threads, 1))); }

/// Calls `body(i, slot)` for each i below `count`; of each slot one at a time. On each thread the library keeps to that
/// thread.
template <class Body>
void for_each_piece(size_t count, size_t slots, const Body& body) {
  std::atomic<size_t> next = 0;
  parallel_for(int64_t(slots), 1, [&](int64_t begin, int64_t end) {
    const OneThread alone;
    for (int64_t slot = begin; slot < end; ++slot)
      for (size_t i = next++; i < count; i = next++) body(i, size_t(slot));
  });
}

}  // namespace cajal::onednn
