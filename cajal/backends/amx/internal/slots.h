// Tasks shared out over Cajal's threads, each of which has scratch memory of its own: a slot.
#pragma once

#include <algorithm>
#include <atomic>

#include "cajal/base/parallel.h"

namespace cajal::amx {

/// How many slots so many tasks need.
inline int64_t slots_for(int64_t tasks, int threads) { return std::min<int64_t>(tasks, std::max(threads, 1)); }

/// Calls `body(task, slot)` for each task below `count`; of each slot one at a time.
template <class Body>
void for_each_task(int64_t count, int64_t slots, const Body& body) {
  std::atomic<int64_t> next = 0;
  parallel_for(slots, 1, [&](int64_t begin, int64_t end) {
    for (int64_t slot = begin; slot < end; ++slot)
      for (int64_t i = next++; i < count; i = next++) body(i, slot);
  });
}

}  // namespace cajal::amx
