// What the golden values do not reach: what is left to chance, and that it can be repeated.
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "cajal/base/parallel.h"
#include "cajal/nn/internal/golden_test.h"
#include "cajal/nn/internal/test_support.h"
#include "cajal/nn/layers.h"
#include "cajal/nn/model.h"
#include "cajal/ops/elementwise.h"
#include "cajal/ops/reduction.h"
#include "cajal/ops/shape.h"

namespace cajal {
namespace {

// 0, 1, 2, ... in each sample: a value says where it stood.
Tensor numbered(const Shape& shape) {
  Tensor out(shape);
  const int64_t sample = out.size() / shape[0].value();
  for (int64_t i = 0; i < out.size(); ++i) out.set_flat(i, double(i % sample));
  return out;
}

Tensor run(Layer& layer, const Tensor& image, bool train, uint64_t seed = 3) {
  Program::Options options;
  options.training = train;
  options.seed = seed;
  const Var x = placeholder(image.shape(), image.dtype());
  return Program({x}, layer(x), options)(image);
}

std::vector<double> sample_of(const Tensor& batch, int64_t sample) {
  const int64_t size = batch.size() / batch.dim(0);
  std::vector<double> out;
  for (int64_t i = 0; i < size; ++i) out.push_back(batch.flat(sample * size + i));
  return out;
}

std::vector<AnyLayer> all_layers() {
  return {RandomFlip(),        RandomCrop(4, 5),
          RandomZoom(0.3),     RandomTranslation(0.3, 0.2),
          RandomRotation(0.2), RandomErasing({.factor = {1, 1}}),
          RandomContrast(0.5), RandomBrightness(0.3)};
}

TEST(Augmentation, IsTheSameAgainOnAnyNumberOfThreads) {
  const int before = threads();
  const Tensor image = numbered({16, 6, 7, 3});
  for (const AnyLayer& layer : all_layers()) {
    SCOPED_TRACE(layer->class_name());
    set_threads(1);
    const Tensor one = run(*layer, image, true);
    set_threads(3);
    EXPECT_TRUE(identical(run(*layer, image, true), one));
    EXPECT_FALSE(identical(run(*layer, image, true, 4), one)) << "another seed";
  }
  set_threads(before);
}

TEST(Augmentation, ChangesEachSampleInItsOwnWayAndOnlyWhileTraining) {
  const Tensor image = numbered({16, 6, 7, 3});
  for (const AnyLayer& layer : all_layers()) {
    SCOPED_TRACE(layer->class_name());
    const Tensor changed = run(*layer, image, true), same = run(*layer, image, false);
    std::set<std::vector<double>> forms;
    for (int64_t sample = 0; sample < 16; ++sample) forms.insert(sample_of(changed, sample));
    EXPECT_GE(forms.size(), layer->class_name() == "RandomFlip" ? 3u : 5u);
    if (layer->class_name() != "RandomCrop") {
      EXPECT_TRUE(identical(same, image));
    }
  }
}

TEST(Augmentation, TakesBytesAndGivesFloats) {
  const Tensor image = numbered({4, 6, 7, 3});
  for (const AnyLayer& layer : all_layers()) {
    SCOPED_TRACE(layer->class_name());
    for (const bool train : {false, true})
      EXPECT_TRUE(identical(run(*layer, image.cast(DType::uint8), train), run(*layer, image, train)));
  }
}

// Where a layer only moves values, y = A x and the gradient of sum(y w) by x is w A: times x it is that sum again.
TEST(Augmentation, GradientsFollowTheValuesToWhereTheyStood) {
  const Tensor image = numbers({8, 6, 7, 3}, 5);
  const std::vector<AnyLayer> layers{
      RandomFlip(),
      RandomCrop(4, 5),
      RandomZoom({.height_factor = 0.3}),
      RandomRotation(0.2),
      RandomErasing({.fill_value = {0}, .value_range = {-1, 1}}),
      RandomTranslation({.height_factor = 0.4, .width_factor = 0.4, .fill_mode = "constant"})};
  for (const AnyLayer& layer : layers) {
    SCOPED_TRACE(layer->class_name());
    Program::Options options;
    options.training = true;
    options.seed = 3;
    const Var x = placeholder(image.shape());
    const Var y = (*layer)(x);
    const Var total = sum(y * constant(numbers(y.shape(), 6)));
    const Vars found{total, sum(gradient(total, x) * x), sum(square(gradient(total, x)))};
    const std::vector<Tensor> out = Program({x}, found, options)(std::vector<Tensor>{image});
    EXPECT_NEAR(out[0].item(), out[1].item(), 1e-4);
    EXPECT_GT(out[2].item(), 1);
  }
}

TEST(Augmentation, IsSavedWithTheModel) {
  const Input x({6, 7, 3});
  Var y = x;
  for (const AnyLayer& layer : all_layers()) y = (*layer)(y);
  Model model({x}, y);
  const std::string file = (std::filesystem::temp_directory_path() / "cajal_augmentation_test.safetensors").string();
  model.save(file);
  const auto loaded = load_model(file);
  std::filesystem::remove(file);
  const Tensor image = numbered({4, 6, 7, 3});
  EXPECT_EQ(loaded->config(), model.config());
  EXPECT_TRUE(identical(loaded->predict(image), model.predict(image)));
}

TEST(RandomFlip, EachDirectionHasAThrowOfItsOwn) {
  const std::set<std::vector<double>> wanted{
      {0, 1, 2, 3, 4, 5}, {2, 1, 0, 5, 4, 3}, {3, 4, 5, 0, 1, 2}, {5, 4, 3, 2, 1, 0}};
  for (const bool first : {false, true}) {
    const Tensor image = numbered(first ? Shape{64, 1, 2, 3} : Shape{64, 2, 3, 1});
    const std::string format = first ? "channels_first" : "channels_last";
    RandomFlip both({.data_format = format});
    std::set<std::vector<double>> forms;
    const Tensor out = run(both, image, true);
    for (int64_t sample = 0; sample < 64; ++sample) forms.insert(sample_of(out, sample));
    EXPECT_EQ(forms, wanted);
    for (const char* mode : {"horizontal", "vertical"}) {
      RandomFlip one({.mode = mode, .data_format = format});
      const Tensor mirrored = run(one, image, true);
      int turned = 0;
      for (int64_t sample = 0; sample < 64; ++sample) {
        const std::vector<double> form = sample_of(mirrored, sample);
        turned += form[0] != 0;
        EXPECT_TRUE(form[0] == 0 || form[0] == (std::string(mode) == "horizontal" ? 2 : 3)) << mode;
      }
      EXPECT_NEAR(turned, 32, 16) << mode;
    }
  }
}

TEST(RandomCrop, IsAPieceFromAnywhereWhileTraining) {
  for (const bool first : {false, true}) {
    const Tensor image = numbered(first ? Shape{64, 1, 5, 6} : Shape{64, 5, 6, 1});
    RandomCrop layer({.height = 3, .width = 4, .data_format = first ? "channels_first" : "channels_last"});
    const Tensor out = run(layer, image, true);
    EXPECT_EQ(out.shape(), first ? (Shape{64, 1, 3, 4}) : (Shape{64, 3, 4, 1}));
    std::set<int> corners;
    for (int64_t sample = 0; sample < 64; ++sample) {
      const std::vector<double> piece = sample_of(out, sample);
      corners.insert(int(piece[0]));
      for (size_t i = 0; i < piece.size(); ++i) EXPECT_EQ(piece[i], piece[0] + double(i / 4 * 6 + i % 4));
    }
    EXPECT_EQ(corners, (std::set<int>{0, 1, 2, 6, 7, 8, 12, 13, 14}));
  }
}

TEST(RandomCrop, IsThePieceFromTheMiddleInItsProportionsOtherwise) {
  RandomCrop square(3, 3), wide(2, 4), large(8, 4);
  const Tensor image = numbered({1, 4, 6, 1});
  // 4 x 4 from the middle, brought to 3 x 3: each value stands for 4/3 places.
  const Tensor small = run(square, image, false);
  EXPECT_EQ(small.shape(), (Shape{1, 3, 3, 1}));
  EXPECT_NEAR(small.at({0, 1, 1, 0}), 1.5 * 6 + 2.5, 1e-5);
  EXPECT_NEAR(small.at({0, 0, 0, 0}), 1. / 6 * 6 + 1 + 1. / 6, 1e-5);
  // 3 x 6, brought to 2 x 4.
  EXPECT_NEAR(run(wide, image, false).at({0, 0, 0, 0}), 0.25 * 6 + 0.25, 1e-5);
  // Larger than the picture: 4 x 2 made twice as large, while training too.
  const Tensor enlarged = run(large, image, false);
  EXPECT_EQ(enlarged.shape(), (Shape{1, 8, 4, 1}));
  EXPECT_NEAR(enlarged.at({0, 1, 1, 0}), 0.25 * 6 + 2.25, 1e-5);
  EXPECT_TRUE(identical(run(large, image, true), enlarged));
}

TEST(RandomTranslation, MovesByAtMostTheShare) {
  // Each value is its row, so that what a sample holds is how far it was moved.
  Tensor image({64, 9, 1, 1});
  for (int64_t i = 0; i < image.size(); ++i) image.set_flat(i, double(i % 9));
  RandomTranslation layer({.height_factor = {-1. / 3, 1. / 9}, .width_factor = 0.0, .fill_mode = "nearest"});
  const Tensor out = run(layer, image, true);
  double least = 9, most = -9;
  for (int64_t sample = 0; sample < 64; ++sample) {
    const double down = 4 - out.at({sample, 4, 0, 0});
    least = std::min(least, down), most = std::max(most, down);
    EXPECT_NEAR(out.at({sample, 3, 0, 0}), 3 - down, 1e-5);
    EXPECT_NEAR(out.at({sample, 8, 0, 0}), std::min(8.0, 8 - down), 1e-5);
  }
  EXPECT_TRUE(least >= -3 && least < -2.5) << least;
  EXPECT_TRUE(most <= 1 && most > 0.7) << most;
}

TEST(RandomErasing, CoversARectangleOfSomeSamples) {
  for (const bool first : {false, true}) {
    const Tensor image = Tensor::full(first ? Shape{64, 2, 8, 10} : Shape{64, 8, 10, 2}, 100);
    RandomErasing layer(
        {.scale = {0.09, 0.36}, .fill_value = {7, 300}, .data_format = first ? "channels_first" : "channels_last"});
    Tensor out = run(layer, image, true);
    if (first) out = out.transpose({0, 2, 3, 1});
    int covered = 0;
    for (int64_t sample = 0; sample < 64; ++sample) {
      std::set<int64_t> rows, columns;
      int64_t count = 0;
      for (int64_t row = 0; row < 8; ++row)
        for (int64_t column = 0; column < 10; ++column) {
          const double value = out.at({sample, row, column, 0}), other = out.at({sample, row, column, 1});
          EXPECT_TRUE((value == 100 && other == 100) || (value == 7 && other == 255)) << "kept within the range";
          if (value == 7) rows.insert(row), columns.insert(column), ++count;
        }
      covered += count > 0;
      EXPECT_EQ(count, int64_t(rows.size() * columns.size()));
      if (count == 0) continue;
      EXPECT_TRUE(rows.size() >= 2 && rows.size() <= 5) << "0.3 to 0.6 of 8 places";
      EXPECT_TRUE(columns.size() >= 3 && columns.size() <= 6) << "0.3 to 0.6 of 10 places";
    }
    EXPECT_NEAR(covered, 32, 16) << "of the probabilities from 0 to 1";
  }
}

TEST(RandomErasing, FillsInNoiseWithinTheRange) {
  RandomErasing layer({.factor = {1, 1}, .scale = {1, 1}, .value_range = {0, 2}});
  const Tensor out = run(layer, Tensor::full({8, 9, 9, 3}, 1), true);
  int64_t between = 0;
  for (int64_t i = 0; i < out.size(); ++i) {
    EXPECT_TRUE(out.flat(i) >= 0 && out.flat(i) <= 2);
    between += out.flat(i) > 0 && out.flat(i) < 2;
  }
  EXPECT_NEAR(double(between) / double(out.size()), 0.3413, 0.05) << "within one deviation above the mean";
}

TEST(RandomContrast, StretchesRoundTheMeanOfEachChannel) {
  const Tensor image = numbered({64, 2, 3, 2});
  RandomContrast layer({.factor = {0.25, 0.5}, .value_range = {-100, 100}}), one(0.5);
  const Tensor out = run(layer, image, true), both = run(one, image, true);
  double least = 2, most = 0, below = 2;
  for (int64_t sample = 0; sample < 64; ++sample) {
    const double factor = (out.at({sample, 1, 2, 0}) - 5) / 5;
    least = std::min(least, factor), most = std::max(most, factor);
    EXPECT_NEAR(out.at({sample, 0, 0, 1}), 6 - 5 * factor, 1e-4);
    EXPECT_NEAR(out.at({sample, 0, 1, 1}), 6 - 3 * factor, 1e-4);
    below = std::min(below, (both.at({sample, 1, 2, 0}) - 5) / 5);
  }
  EXPECT_TRUE(least >= 0.75 && least < 0.85 && most <= 1.5 && most > 1.35) << least << " " << most;
  EXPECT_TRUE(below >= 0.5 && below < 0.7) << "one number goes both ways";
}

TEST(RandomBrightness, StaysWithinTheRange) {
  RandomBrightness layer(1);
  const Tensor out = run(layer, Tensor::full({64, 1, 1, 1}, 100), true);
  std::set<double> values;
  for (int64_t i = 0; i < 64; ++i) values.insert(out.flat(i));
  EXPECT_EQ(*values.begin(), 0);
  EXPECT_EQ(*values.rbegin(), 255);
  EXPECT_GT(values.size(), 10u);
}

TEST(Augmentation, WrongOptionsAreNamed) {
  EXPECT_EQ(error_of([] { RandomFlip("horizontl"); }).message(), "RandomFlip has no mode called 'horizontl'");
  EXPECT_EQ(error_of([] { RandomCrop(0, 3); }).message(),
            "RandomCrop needs a height and a width of at least 1 and was given 0 and 3");
  EXPECT_EQ(error_of([] { RandomRotation(1.5); }).message(),
            "factor of RandomRotation is one number or two from -1 to 1, and was given 1.5");
  EXPECT_EQ(error_of([] { RandomZoom({.width_factor = 0.5}); }).message(),
            "height_factor of RandomZoom is one number or two from -1 to 1, and was given null");
  EXPECT_EQ(
      error_of([] { RandomTranslation({.height_factor = 0.1, .width_factor = 0.1, .fill_mode = "mirror"}); }).message(),
      "RandomTranslation has no fill_mode called 'mirror'");
  EXPECT_EQ(error_of([] { RandomBrightness({.factor = 0.1, .value_range = 255}); }).message(),
            "value_range of RandomBrightness is two numbers, the smaller first, and was given 255.0");
  const Error colours = error_of([] { RandomErasing({.fill_value = {1, 2}})(placeholder({1, 4, 4, 3})); });
  EXPECT_NE(colours.message().find("was given 2 numbers to fill in for 3 channels"), std::string::npos)
      << colours.message();
}

}  // namespace
}  // namespace cajal
