#include "cajal/data/splits.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "cajal/data/internal/test_support.h"

namespace cajal {
namespace {

using namespace internal;
using Ints = std::vector<int64_t>;

Tensor numbered(int64_t count) {
  Tensor out({count}, DType::int64);
  std::iota(out.data<int64_t>(), out.data<int64_t>() + count, 0);
  return out;
}

Ints together(const Tensor& a, const Tensor& b) {
  Ints all = a.values<int64_t>(), second = b.values<int64_t>();
  all.insert(all.end(), second.begin(), second.end());
  std::sort(all.begin(), all.end());
  return all;
}

TEST(TrainTestSplit, KeepsRowsTogether) {
  const Tensor y = numbered(10),
               x = Tensor::of(std::vector<int>{0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9}, {10, 2});
  auto [x_train, x_test, y_train, y_test] = train_test_split(x, y, {.test_size = 0.3, .seed = 1});
  EXPECT_EQ(x_train.shape(), (Shape{7, 2}));
  EXPECT_EQ(x_test.shape(), (Shape{3, 2}));
  for (int64_t i = 0; i < 7; ++i) EXPECT_EQ(x_train.at({i, 1}), y_train.at({i}));
  for (int64_t i = 0; i < 3; ++i) EXPECT_EQ(x_test.at({i, 0}), y_test.at({i}));
  EXPECT_EQ(together(y_train, y_test), numbered(10).values<int64_t>());
  EXPECT_TRUE(identical(train_test_split(x, y, {.test_size = 0.3, .seed = 1}).y_test, y_test));
  EXPECT_FALSE(identical(train_test_split(x, y, {.test_size = 0.3, .seed = 2}).y_test, y_test));
}

TEST(TrainTestSplit, Sizes) {
  auto sizes = [](SplitOptions options) {
    const auto parts = train_test_split({numbered(10)}, options);
    return std::pair(parts[0].size(), parts[1].size());
  };
  using Pair = std::pair<int64_t, int64_t>;
  EXPECT_EQ(sizes({}), (Pair{7, 3}));  // a quarter, rounded up
  EXPECT_EQ(sizes({.test_size = 4}), (Pair{6, 4}));
  EXPECT_EQ(sizes({.train_size = 0.75}), (Pair{7, 3}));
  EXPECT_EQ(sizes({.test_size = 2, .train_size = 3}), (Pair{3, 2}));
  EXPECT_EQ(error_of([&] { sizes({.test_size = 10}); }),
            "10 samples cannot be split into 0 and 10 | sizes that leave neither part empty");
  EXPECT_EQ(error_of([&] { sizes({.test_size = 1.5}); }),
            "test_size is 1.5 | a share below 1, or a whole number of samples");
}

TEST(TrainTestSplit, WithoutShuffleTheTestPartIsTheEnd) {
  const auto parts = train_test_split({numbered(5)}, {.test_size = 2, .shuffle = false});
  EXPECT_EQ(parts[0].values<int64_t>(), (Ints{0, 1, 2}));
  EXPECT_EQ(parts[1].values<int64_t>(), (Ints{3, 4}));
}

TEST(TrainTestSplit, Stratified) {
  Tensor labels({100}, DType::uint8);
  for (int64_t i = 0; i < 100; ++i) labels.set_flat(i, i < 70 ? 0 : i < 90 ? 1 : 2);
  auto [x_train, x_test, y_train, y_test] =
      train_test_split(numbered(100), labels, {.test_size = 0.2, .seed = 3, .stratify = labels});
  auto count = [](const Tensor& y, int64_t label) {
    const Ints values = y.values<int64_t>();
    return std::count(values.begin(), values.end(), label);
  };
  EXPECT_EQ(count(y_test, 0), 14);
  EXPECT_EQ(count(y_test, 1), 4);
  EXPECT_EQ(count(y_test, 2), 2);
  EXPECT_EQ(count(y_train, 0), 56);
  EXPECT_EQ(together(x_train, x_test), numbered(100).values<int64_t>());
  labels.set_flat(99, 7);
  EXPECT_EQ(error_of([&] { (void)train_test_split(labels, labels, {.stratify = labels}); }),
            "class 7 has one sample, which cannot be in both parts | leave that class out, or no stratify");
}

TEST(SplitDataset, TakesFromBothEnds) {
  for (const Dataset& data : {Dataset::range(10), in_order(Dataset::range(10))}) {
    auto [left, right] = split_dataset(data, 0.7);
    EXPECT_EQ(flat(left), (Ints{0, 1, 2, 3, 4, 5, 6}));
    EXPECT_EQ(flat(right), (Ints{7, 8, 9}));
    auto [few, last] = split_dataset(data, 2, 3);
    EXPECT_EQ(flat(few), (Ints{0, 1}));
    EXPECT_EQ(flat(last), (Ints{7, 8, 9}));
    EXPECT_EQ(flat(split_dataset(data, 0, 4).second), (Ints{6, 7, 8, 9}));
  }
  EXPECT_EQ(error_of([] { (void)split_dataset(Dataset::range(4), 3, 2); }),
            "4 samples cannot be split into 3 and 2 | sizes that leave neither part empty");
}

TEST(SplitDataset, ShuffledPartsStayApart) {
  auto [left, right] = split_dataset(Dataset::range(50), 0.6, 0, true, 5);
  const Ints first = flat(left, 0);
  EXPECT_EQ(flat(left, 7), first);
  Ints all = first, second = flat(right, 3);
  all.insert(all.end(), second.begin(), second.end());
  EXPECT_FALSE(std::is_sorted(all.begin(), all.end()));
  std::sort(all.begin(), all.end());
  EXPECT_EQ(all, numbered(50).values<int64_t>());
}

TEST(ToCategorical, OneHotRows) {
  const Tensor out = to_categorical(Tensor::of({1, 0, 2}));
  EXPECT_EQ(out.shape(), (Shape{3, 3}));
  EXPECT_EQ(out.dtype(), DType::float32);
  EXPECT_EQ(out.values<int64_t>(), (Ints{0, 1, 0, 1, 0, 0, 0, 0, 1}));
  EXPECT_EQ(to_categorical(Tensor::of({1, 0}, {2, 1}), 4).shape(), (Shape{2, 4}));
  EXPECT_EQ(to_categorical(Tensor({2, 3}, DType::uint8), 5).shape(), (Shape{2, 3, 5}));
  EXPECT_EQ(error_of([] {
              (void)to_categorical(Tensor::of({0, 3}), 3);
            }),
            "label 1 is 3, and there are 3 classes | labels from 0 to 2");
  EXPECT_EQ(error_of([] { (void)to_categorical(Tensor::of({0.5f})); }),
            "to_categorical was given float32 | integer labels: cast(DType::int32)");
}

}  // namespace
}  // namespace cajal
