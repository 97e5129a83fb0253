#include "cajal/data/augment.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "cajal/data/internal/test_support.h"

namespace cajal {
namespace {

using namespace internal;

// Numbers from 1 on, so that 0 is only what was filled in.
Tensor picture(int64_t height, int64_t width, int64_t channels, DType type = DType::uint8) {
  std::vector<float> values(size_t(height * width * channels));
  for (size_t i = 0; i < values.size(); ++i) values[i] = float(i % 250 + 1);
  return Tensor::of(values, {height, width, channels}).cast(type);
}

// The picture moved, the long way round.
double moved_value(const Tensor& from, int64_t y, int64_t x, int64_t c, const std::string& fill) {
  auto place = [&](int64_t i, int64_t n) {
    if (i >= 0 && i < n) return i;
    if (fill == "constant") return int64_t(-1);
    if (fill == "nearest") return i < 0 ? int64_t(0) : n - 1;
    while (fill == "wrap" && (i < 0 || i >= n)) i += i < 0 ? n : -n;
    while (i < 0 || i >= n) i = i < 0 ? -1 - i : 2 * n - 1 - i;
    return i;
  };
  const int64_t row = place(y, from.dim(0)), column = place(x, from.dim(1));
  return row < 0 || column < 0 ? 0 : from.at({row, column, c});
}

// The corner of the window of `from` that `to` is, or {-100, -100}.
std::pair<int64_t, int64_t> corner_of(const Tensor& from, const Tensor& to, int64_t reach, const std::string& fill) {
  for (int64_t top = -reach; top <= reach; ++top)
    for (int64_t left = -reach; left <= reach; ++left) {
      bool same = true;
      for (int64_t y = 0; y < to.dim(0) && same; ++y)
        for (int64_t x = 0; x < to.dim(1) && same; ++x)
          for (int64_t c = 0; c < to.dim(2) && same; ++c)
            same = to.at({y, x, c}) == moved_value(from, y + top, x + left, c, fill);
      if (same) return {top, left};
    }
  return {-100, -100};
}

TEST(Augment, CropIsAWindowOfThePaddedPicture) {
  for (const char* fill : {"constant", "nearest", "reflect", "wrap"})
    for (DType type : {DType::uint8, DType::float32}) {
      const Tensor from = picture(5, 6, 3, type);
      random::Stream stream(3);
      std::map<std::pair<int64_t, int64_t>, int> corners;
      const Augmentation crop = random_crop({.padding = 2, .fill_mode = fill});
      for (int i = 0; i < 300; ++i) ++corners[corner_of(from, crop(from, stream), 2, fill)];
      EXPECT_EQ(corners.size(), 25u) << fill;
      EXPECT_EQ(corners.count({-100, -100}), 0u) << fill;
    }
}

TEST(Augment, CropCutsAPiece) {
  const Tensor from = picture(6, 8, 2);
  random::Stream stream(1);
  const Tensor piece = random_crop({.height = 3, .width = 8})(from, stream);
  EXPECT_EQ(piece.shape(), (Shape{3, 8, 2}));
  EXPECT_EQ(corner_of(from, piece, 3, "constant").second, 0);
  EXPECT_NE(error_of([&] { random_crop({.height = 9, .padding = 1})(from, stream); }).find("does not fit into 6"),
            std::string::npos);
  EXPECT_EQ(random_crop({.padding = 1, .fill_value = 7})(Tensor::full({1, 1, 1}, 7, DType::uint8), stream).flat(0), 7);
}

TEST(Augment, FlipMirrorsHalfOfThem) {
  const Tensor from = picture(3, 5, 3);
  int mirrored = 0;
  random::Stream stream(1);
  for (int i = 0; i < 1000; ++i) {
    const Tensor out = random_flip("horizontal")(from.copy(), stream);
    const bool turned = !identical(out, from);
    mirrored += turned;
    if (!turned) continue;
    for (int64_t x = 0; x < 5; ++x) ASSERT_EQ(out.at({2, x, 1}), from.at({2, 4 - x, 1}));
  }
  EXPECT_NEAR(mirrored, 500, 60);
  std::map<double, int> corners;
  for (int i = 0; i < 400; ++i) ++corners[random_flip()(from.copy(), stream).flat(0)];
  EXPECT_EQ(corners.size(), 4u);
  EXPECT_EQ(random_flip("vertical")(picture(2, 1, 1, DType::float32), stream).size(), 2);
  EXPECT_EQ(error_of([] { random_flip("horizntal"); }), "there is no way to flip called 'horizntal' | 'horizontal'");
}

TEST(Augment, TranslationStaysWithinItsShare) {
  const Tensor from = picture(8, 8, 1);
  random::Stream stream(1);
  std::map<std::pair<int64_t, int64_t>, int> corners;
  for (int i = 0; i < 300; ++i)
    ++corners[corner_of(from, random_translation({.width_factor = 0.25})(from, stream), 2, "reflect")];
  EXPECT_EQ(corners.size(), 15u);  // 3 rows, 5 columns
  EXPECT_EQ(corners.count({-100, -100}), 0u);
}

TEST(Augment, CutoutCoversASquare) {
  random::Stream stream(1);
  std::map<int64_t, int> covered;
  for (int i = 0; i < 500; ++i) {
    const Tensor out = cutout({.size = 4})(picture(8, 8, 3), stream);
    const std::vector<int64_t> values = out.values<int64_t>();
    const int64_t zeros = std::count(values.begin(), values.end(), 0);
    EXPECT_EQ(zeros % 3, 0);
    ++covered[zeros / 3];
  }
  EXPECT_EQ(covered.rbegin()->first, 16);  // whole, and at the corners as little as 2 x 2
  EXPECT_EQ(covered.begin()->first, 4);
  std::set<int64_t> first;  // of the places covered, where the whole square lies inside
  for (int i = 0; i < 500; ++i) {
    const std::vector<int64_t> values = cutout({.size = 4, .inside = true})(picture(8, 8, 3), stream).values<int64_t>();
    EXPECT_EQ(std::count(values.begin(), values.end(), 0), 16 * 3);
    first.insert(std::find(values.begin(), values.end(), 0) - values.begin());
  }
  EXPECT_EQ(first.size(), 25u);
  EXPECT_EQ(cutout({.size = 40, .fill_value = 9})(picture(2, 2, 1), stream).values<int64_t>(),
            std::vector<int64_t>(4, 9));
}

TEST(Augment, IsAFunctionOfSeedEpochAndSample) {
  std::vector<float> values(20 * 64);
  for (size_t i = 0; i < values.size(); ++i) values[i] = float(i);
  const Tensor pictures = Tensor::of(values, {20, 8, 8, 1}), numbers = Tensor::of(std::vector<float>(20));
  const Dataset data(pictures, numbers);
  const Dataset changed = augment(data, {random_crop({.padding = 3}), random_flip("horizontal")}, 5);
  EXPECT_TRUE(changed.indexed());
  const Numbers zero = elements(changed, 0), one = elements(changed, 1);
  EXPECT_EQ(zero, elements(changed, 0));
  EXPECT_NE(zero, one);
  EXPECT_NE(zero, elements(augment(data, {random_crop({.padding = 3}), random_flip("horizontal")}, 6), 0));
  EXPECT_EQ(elements(changed, 1, 7), Numbers(one.begin() + 7, one.end()));
  // The order in which they are drawn, the batches and the thread beside change none of them.
  Numbers shuffled = elements(changed.shuffle(0, 1).batch(3).prefetch().unbatch(), 1), sorted = one;
  EXPECT_NE(shuffled, one);
  std::sort(shuffled.begin(), shuffled.end());
  std::sort(sorted.begin(), sorted.end());
  EXPECT_EQ(shuffled, sorted);
}

TEST(Augment, TheSourceStaysAsItIs) {
  const Tensor pictures = picture(4, 4, 3).reshape({1, 4, 4, 3}).copy(), before = pictures.copy();
  for (int epoch = 0; epoch < 8; ++epoch)
    (void)elements(augment(Dataset(pictures), {random_flip(), cutout()}, 1), uint64_t(epoch));
  EXPECT_TRUE(identical(pictures, before));
}

TEST(Augment, ByName) {
  random::Stream stream(1);
  const Tensor from = picture(16, 16, 3);
  for (const std::string& name : augmentation_names())
    EXPECT_EQ(augmentation_named(name)(from.copy(), stream).shape(), from.shape()) << name;
  EXPECT_NE(corner_of(from, augmentation_named("crop:1")(from, stream), 1, "constant").first, -100);
  EXPECT_NE(corner_of(from, augmentation_named("translate:1")(from, stream), 1, "reflect").first, -100);
  EXPECT_EQ(error_of([] { augmentation_named("flipp"); }), "there is no augmentation called 'flipp' | 'flip'");
  EXPECT_EQ(error_of([] { augmentation_named("crop:x"); }), "'crop:x' names no number of places | crop, or crop:4");
  EXPECT_NE(error_of([] { augment(Dataset(Tensor::of({1.f})), {cutout()}, 1).element_spec(); }).find("a picture is"),
            std::string::npos);
}

TEST(Augment, FixedChangesLeaveNothingToChance) {
  random::Stream stream(1);
  const Tensor from = picture(4, 5, 3);
  for (const char* fill : {"constant", "reflect"})
    EXPECT_EQ(corner_of(from, fixed_translation(1, -2, fill)(from, stream), 3, fill),
              (std::pair<int64_t, int64_t>{-1, 2}));
  const Tensor mirrored = fixed_flip()(from.copy(), stream);
  for (int64_t y = 0; y < 4; ++y)
    for (int64_t x = 0; x < 5; ++x)
      for (int64_t c = 0; c < 3; ++c) EXPECT_EQ(mirrored.at({y, x, c}), from.at({y, 4 - x, c}));
  EXPECT_TRUE(identical(fixed_flip("vertical")(fixed_flip("vertical")(from.copy(), stream), stream), from));
  EXPECT_EQ(error_of([] { fixed_flip("sideways"); }).substr(0, 43), "there is no way to flip called 'sideways' |");
}

TEST(Augment, AlternatingFlipShowsBothFormsInTwoEpochs) {
  const int64_t count = 200;
  std::vector<float> values(size_t(count) * 2);
  for (size_t i = 0; i < values.size(); ++i) values[i] = float(i);
  const Dataset data(Tensor::of(values, {count, 1, 2})), changed = alternating_flip(data, 3);
  const Numbers plain = elements(data), even = elements(changed, 0), odd = elements(changed, 1);
  int64_t turned = 0;
  for (size_t i = 0; i < plain.size(); ++i) {
    const std::vector<int64_t> mirrored = {plain[i][1], plain[i][0]};
    const bool first = even[i] == mirrored;
    turned += first;
    EXPECT_EQ(even[i], first ? mirrored : plain[i]);
    EXPECT_EQ(odd[i], first ? plain[i] : mirrored);
  }
  EXPECT_GT(turned, 60);
  EXPECT_LT(turned, 140);
  EXPECT_EQ(elements(changed, 2), even);
  EXPECT_EQ(elements(changed, 1, 50), Numbers(odd.begin() + 50, odd.end()));
  EXPECT_NE(elements(alternating_flip(data, 4), 0), even);
  EXPECT_TRUE(changed.indexed());
}

}  // namespace
}  // namespace cajal
