#include "cajal/base/random.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "cajal/base/error.h"

namespace cajal::random {
namespace {

// The known answers of the Random123 distribution.
TEST(Philox, KnownAnswers) {
  EXPECT_EQ(philox({0, 0, 0, 0}, {0, 0}), (Counter{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  constexpr uint32_t ones = 0xffffffff;
  EXPECT_EQ(philox({ones, ones, ones, ones}, {ones, ones}), (Counter{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Counter{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Random, UnitIntervalIsHalfOpen) {
  EXPECT_EQ(to_float(0), 0);
  EXPECT_LT(to_float(0xffffffff), 1);
  EXPECT_EQ(to_float(0xffffffff), 1 - 0x1p-24f);
  EXPECT_EQ(to_double(0, 0), 0);
  EXPECT_EQ(to_double(0xffffffff, 0xffffffff), 1 - 0x1p-53);
}

TEST(Random, SeedsAreASequence) {
  set_seed(7);
  const uint64_t first = next_seed(), second = next_seed();
  EXPECT_EQ(seed(), 7u);
  EXPECT_NE(first, second);
  set_seed(7);
  EXPECT_EQ(next_seed(), first);
  set_seed(8);
  EXPECT_NE(next_seed(), first);
  set_seed(0);
}

TEST(Random, StreamsOfOneSeedAreEqualAndOfTwoAreNot) {
  Stream a(1), b(1), c(2);
  int equal = 0;
  for (int i = 0; i < 100; ++i) {
    const uint32_t word = a();
    EXPECT_EQ(word, b());
    equal += word == c();
  }
  EXPECT_EQ(equal, 0);
  Stream copy = a;
  EXPECT_EQ(copy(), a());
}

TEST(Random, UniformAndNormalHaveTheirMoments) {
  Stream stream(3);
  const int count = 100000;
  double sum = 0, normal_sum = 0, normal_squares = 0;
  for (int i = 0; i < count; ++i) {
    const double value = stream.uniform(2, 4);
    ASSERT_GE(value, 2);
    ASSERT_LT(value, 4);
    sum += value;
    const double normal = stream.normal(1, 2);
    ASSERT_TRUE(std::isfinite(normal));
    normal_sum += normal;
    normal_squares += (normal - 1) * (normal - 1);
  }
  EXPECT_NEAR(sum / count, 3, 0.01);
  EXPECT_NEAR(normal_sum / count, 1, 0.03);
  EXPECT_NEAR(normal_squares / count, 4, 0.1);
}

TEST(Random, BelowReachesEachNumberAlike) {
  Stream stream(4);
  std::array<int, 6> seen{};
  for (int i = 0; i < 60000; ++i) ++seen.at(size_t(stream.below(6)));
  for (int count : seen) EXPECT_NEAR(count, 10000, 500);
  EXPECT_EQ(stream.below(1), 0);
  EXPECT_GE(stream.below(INT64_MAX), 0);
  EXPECT_THROW(stream.below(0), Error);
  EXPECT_THROW(stream.below(-5), Error);
}

TEST(Random, MixSeparatesNeighbours) {
  std::set<uint64_t> seen;
  for (uint64_t i = 0; i < 1000; ++i) seen.insert(mix(i) >> 40);
  EXPECT_GT(seen.size(), 990u);
}

}  // namespace
}  // namespace cajal::random
