#include "cajal/base/clock.h"

#include <gtest/gtest.h>

namespace cajal {
namespace {

TEST(Clock, TheProcessIsOlderThanWhatHappensInIt) {
  const double early = process_seconds();
  const Stopwatch watch;
  while (watch.seconds() < 0.03) continue;
  const double late = process_seconds();
  EXPECT_GE(early, 0);
  EXPECT_GE(late - early, 0.015);  // the system's own clock goes in hundredths
  EXPECT_LT(late, 3600);
}

}  // namespace
}  // namespace cajal
