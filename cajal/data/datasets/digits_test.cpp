#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "cajal/base/parallel.h"
#include "cajal/data/datasets.h"
#include "cajal/data/internal/test_support.h"

namespace cajal {
namespace {

using namespace internal;

// All of a data set as one batch.
Batch whole(const Dataset& data) {
  Batch batch;
  data.batch(data.size()).begin_epoch(0).next(batch);
  return batch;
}

TEST(Digits, FormAndBalance) {
  const auto [train, test] = datasets::digits(1000, 200);
  EXPECT_EQ(train.size(), 1000);
  EXPECT_EQ(test.size(), 200);
  EXPECT_EQ(train.element_spec().x[0], (TensorSpec{{28, 28}, DType::uint8}));
  EXPECT_EQ(train.element_spec().y[0], (TensorSpec{{}, DType::uint8}));
  std::vector<int> counts(10);
  for (int64_t label : whole(train).y[0].values<int64_t>()) ++counts[size_t(label)];
  EXPECT_EQ(counts, std::vector<int>(10, 100));
}

TEST(Digits, SameSeedSameDrawingsOnAnyNumberOfThreads) {
  const int before = threads();
  set_threads(1);
  const Batch one = whole(datasets::digits(300, 10, 4).first);
  set_threads(3);
  const Batch three = whole(datasets::digits(300, 10, 4).first), longer = whole(datasets::digits(500, 10, 4).first);
  set_threads(before);
  EXPECT_TRUE(identical(one.x[0], three.x[0]));
  EXPECT_TRUE(identical(one.y[0], three.y[0]));
  EXPECT_TRUE(identical(one.x[0], longer.x[0].slice(0, {.stop = 300})));  // a drawing depends on its number alone
  EXPECT_FALSE(identical(one.x[0], whole(datasets::digits(300, 10, 5).first).x[0]));
}

TEST(Digits, AreCentredAndOfMnistsSize) {
  const Tensor images = whole(datasets::digits(500, 10).first).x[0];
  for (int64_t i = 0; i < 500; ++i) {
    double mass = 0, x = 0, y = 0;
    int left = 28, right = -1, top = 28, bottom = -1;
    for (int row = 0; row < 28; ++row)
      for (int column = 0; column < 28; ++column) {
        const int ink = images.data<uint8_t>()[(i * 28 + row) * 28 + column];
        mass += ink, x += ink * column, y += ink * row;
        if (ink < 100) continue;
        left = std::min(left, column), right = std::max(right, column);
        top = std::min(top, row), bottom = std::max(bottom, row);
      }
    EXPECT_NEAR(x / mass, 14, 0.6) << i;
    EXPECT_NEAR(y / mass, 14, 0.6) << i;
    EXPECT_NEAR(std::max(right - left, bottom - top) + 1, 20, 2) << i;
  }
}

TEST(Digits, NoTwoAreAlike) {
  const Tensor images = whole(datasets::digits(400, 10).first).x[0];
  for (int64_t i = 0; i < 400; ++i)
    for (int64_t j = 0; j < i; ++j) ASSERT_FALSE(identical(images[i], images[j]));
}

// The plainest classifier must find most of them, and not all: they are digits, and they vary.
TEST(Digits, NearestMeanRecognisesMost) {
  const auto [train, test] = datasets::digits(2000, 1000);
  const Batch known = whole(train), asked = whole(test);
  std::vector<std::vector<double>> means(10, std::vector<double>(784));
  for (int64_t i = 0; i < 2000; ++i)
    for (size_t k = 0; k < 784; ++k)
      means[known.y[0].data<uint8_t>()[i]][k] += known.x[0].data<uint8_t>()[size_t(i) * 784 + k] / 200.;
  int right = 0;
  for (int64_t i = 0; i < 1000; ++i) {
    size_t best = 0;
    double least = HUGE_VAL;
    for (size_t digit = 0; digit < 10; ++digit) {
      double distance = 0;
      for (size_t k = 0; k < 784; ++k)
        distance += std::pow(asked.x[0].data<uint8_t>()[size_t(i) * 784 + k] - means[digit][k], 2);
      if (distance < least) least = distance, best = digit;
    }
    right += best == asked.y[0].data<uint8_t>()[i];
  }
  EXPECT_GT(right, 700);
  EXPECT_LT(right, 950);
}

TEST(Digits, RefusesNone) {
  EXPECT_EQ(error_of([] { (void)datasets::digits(0, 5); }),
            "digits with 0 drawings to learn from and 5 held out | 1 or more of each");
}

}  // namespace
}  // namespace cajal
