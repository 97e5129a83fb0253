#include "cajal/base/parallel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <vector>

namespace cajal {
namespace {

// Restores the number of threads at the end of a test.
struct KeepThreads {
  int before = threads();
  ~KeepThreads() { set_threads(before); }
};

TEST(Parallel, CoversEachIndexOnceInWholeGrains) {
  KeepThreads keep;
  for (int team : {1, 2, 3, 7})
    for (int64_t count : {0, 1, 5, 64, 1000, 1003})
      for (int64_t grain : {1, 4, 64, 5000}) {
        set_threads(team);
        std::vector<std::atomic<int>> seen(static_cast<size_t>(count));
        std::atomic<bool> whole = true;
        parallel_for(count, grain, [&](int64_t begin, int64_t end) {
          if (begin % grain != 0 || (end % grain != 0 && end != count)) whole = false;
          for (int64_t i = begin; i < end; ++i) ++seen[size_t(i)];
        });
        EXPECT_TRUE(whole);
        for (const auto& times : seen) ASSERT_EQ(times, 1);
      }
}

TEST(Parallel, SmallWorkStaysOnTheCallingThread) {
  int calls = 0;
  parallel_for(100, 100, [&](int64_t begin, int64_t end) {
    ++calls;
    EXPECT_EQ(begin, 0);
    EXPECT_EQ(end, 100);
  });
  parallel_for(100, INT64_MAX, [&](int64_t, int64_t) { ++calls; });
  parallel_for(0, 1, [&](int64_t, int64_t) { ++calls; });
  parallel_for(-3, 1, [&](int64_t, int64_t) { ++calls; });
  EXPECT_EQ(calls, 2);
}

TEST(Parallel, NestedRunsInPlace) {
  std::atomic<int64_t> sum = 0;
  parallel_for(8, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) parallel_for(10, 1, [&](int64_t from, int64_t to) { sum += to - from; });
  });
  EXPECT_EQ(sum, 80);
}

TEST(Parallel, AtLeastOneThread) {
  KeepThreads keep;
  set_threads(-4);
  EXPECT_EQ(threads(), 1);
}

TEST(Parallel, FlushDenormalsReachesTheTeamAndEnds) {
#if defined(__SSE2__) || defined(__aarch64__)
  KeepThreads keep;
  set_threads(2);
  volatile float tiny = 1e-38f;
  std::atomic<int> not_flushed = 0;
  {
    FlushDenormals flush;
    parallel_for(2, 1, [&](int64_t, int64_t) { not_flushed += tiny * 0.01f != 0; });
  }
  EXPECT_EQ(not_flushed, 0);
  EXPECT_NE(tiny * 0.01f, 0);
#else
  GTEST_SKIP() << "this machine has no such mode";
#endif
}

TEST(FunctionRef, CallsWhatItRefersTo) {
  int seen = 0;
  auto add = [&](int value) { return seen += value; };
  const FunctionRef<int(int)> ref = add;
  EXPECT_EQ(ref(2), 2);
  const auto copy = ref;
  EXPECT_EQ(copy(3), 5);
}

}  // namespace
}  // namespace cajal
