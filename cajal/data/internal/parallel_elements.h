// Elements made on several threads, used in order.
#pragma once

#include <algorithm>
#include <exception>
#include <vector>

#include "cajal/base/error.h"
#include "cajal/base/parallel.h"
#include "cajal/data/dataset.h"

namespace cajal::internal {

inline void check_parallel_calls(int calls) {
  if (calls < 1) fail(std::to_string(calls) + " parallel calls", "1, or as many as there are cores");
}

/// Calls `make(i)` for i in [0, count), on up to `parallel` threads at a time, then `use(i, element)` in order on this
/// one. The first error in order comes out, after the elements before it were used.
template <class Make, class Use>
void parallel_elements(int64_t count, int parallel, Make make, Use use) {
  struct Made {
    Batch element;
    std::exception_ptr error;
  };
  std::vector<Made> made(size_t(std::min<int64_t>(count, parallel)));
  for (int64_t first = 0; first < count; first += int64_t(made.size())) {
    const int64_t there = std::min<int64_t>(int64_t(made.size()), count - first);
    auto run = [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) try {
          made[size_t(i)] = {make(first + i), nullptr};
        } catch (...) {
          made[size_t(i)].error = std::current_exception();
        }
    };
    parallel_for(there, 1, run);
    for (int64_t i = 0; i < there; ++i) {
      if (made[size_t(i)].error) std::rethrow_exception(made[size_t(i)].error);
      use(first + i, made[size_t(i)].element);
    }
  }
}

}  // namespace cajal::internal
