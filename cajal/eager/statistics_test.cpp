#include "cajal/eager/statistics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace cajal {
namespace {

TEST(StatisticsTest, OfAFewNumbers) {
  const TensorStatistics found = statistics_of(Tensor::of({2.f, 4.f, 0.f, 6.f, 8.f}));
  EXPECT_EQ(found.count, 5);
  EXPECT_EQ(found.zeros, 1);
  EXPECT_DOUBLE_EQ(found.mean, 4);
  EXPECT_DOUBLE_EQ(found.deviation, std::sqrt(8));
  EXPECT_EQ(found.least, 0);
  EXPECT_EQ(found.greatest, 8);
  EXPECT_TRUE(found.finite());
}

TEST(StatisticsTest, WhatIsNotFiniteIsCountedAndLeftOut) {
  const double inf = std::numeric_limits<double>::infinity();
  const TensorStatistics found = statistics_of(Tensor::of({std::nan(""), 1., inf, 3., -inf}));
  EXPECT_EQ(found.nans, 1);
  EXPECT_EQ(found.infinities, 2);
  EXPECT_DOUBLE_EQ(found.mean, 2);
  EXPECT_EQ(found.greatest, 3);
  EXPECT_FALSE(found.finite());
  EXPECT_TRUE(std::isnan(statistics_of(Tensor::of({inf})).least));
  EXPECT_TRUE(std::isnan(statistics_of(Tensor({0})).mean));
}

TEST(StatisticsTest, AnyTypeAndAnyStrides) {
  EXPECT_DOUBLE_EQ(statistics_of(Tensor::of({true, false, true, true})).mean, 0.75);
  const Tensor matrix = Tensor::of({1, 2, 3, 4, 5, 6}, {2, 3});
  EXPECT_DOUBLE_EQ(statistics_of(matrix.slice(1, {0, 3, 2})).mean, 3.5);
  EXPECT_DOUBLE_EQ(statistics_of(Tensor::full({7}, 3, DType::bfloat16)).greatest, 3);
}

TEST(StatisticsTest, FarFromZero) {
  Tensor values({1000}, DType::float64);
  for (int64_t i = 0; i < 1000; ++i) values.set_flat(i, 1e9 + double(i % 2));
  EXPECT_NEAR(statistics_of(values).deviation, 0.5, 1e-6);
}

}  // namespace
}  // namespace cajal
