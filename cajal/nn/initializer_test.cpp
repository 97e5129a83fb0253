#include <gtest/gtest.h>

#include <cmath>

#include "cajal/base/random.h"
#include "cajal/nn/initializers.h"
#include "cajal/nn/internal/golden_test.h"
#include "cajal/nn/layers.h"
#include "cajal/program/program.h"

namespace cajal {
namespace {

struct Moments {
  double mean = 0, stddev = 0, least = 1e9, most = -1e9;
};

Moments moments(const Tensor& values) {
  Moments out;
  double squares = 0;
  for (double value : values.values<double>()) {
    out.mean += value, squares += value * value;
    out.least = std::min(out.least, value), out.most = std::max(out.most, value);
  }
  const double n = double(values.size());
  out.mean /= n;
  out.stddev = std::sqrt(squares / n - out.mean * out.mean);
  return out;
}

Tensor draw(const AnyInitializer& initializer, const Shape& shape, uint64_t seed = 7) {
  return initializer->draw(shape, DType::float64, seed);
}

TEST(Initializer, FillsWithOneValue) {
  EXPECT_EQ(draw("zeros", {2, 2}).text(), Tensor({2, 2}, DType::float64).text());
  EXPECT_EQ(draw("ones", {3}).flat(2), 1);
  EXPECT_EQ(draw(Constant(0.5), {3}).flat(1), 0.5);
  const Tensor identity = draw(IdentityInitializer(2), {2, 3});
  EXPECT_EQ(identity.values<double>(), (std::vector<double>{2, 0, 0, 0, 2, 0}));
}

TEST(Initializer, HasTheRightSpread) {
  const Shape shape = {200, 300};
  const struct {
    AnyInitializer initializer;
    double mean, stddev, least, most;
  } cases[] = {
      {RandomNormal(1, 0.5), 1, 0.5, -9, 9},
      {RandomUniform(-1, 3), 1, 4 / std::sqrt(12.), -1, 3},
      {TruncatedNormal(1, 0.5), 1, 0.5 * 0.87962566103423978, 0, 2},
      {"glorot_uniform", 0, std::sqrt(2. / 500), -std::sqrt(6. / 500), std::sqrt(6. / 500)},
      {"glorot_normal", 0, std::sqrt(2. / 500), -0.2, 0.2},
      {"he_uniform", 0, std::sqrt(2. / 200), -std::sqrt(6. / 200), std::sqrt(6. / 200)},
      {"he_normal", 0, std::sqrt(2. / 200), -0.3, 0.3},
      {"lecun_uniform", 0, std::sqrt(1. / 200), -std::sqrt(3. / 200), std::sqrt(3. / 200)},
      {"lecun_normal", 0, std::sqrt(1. / 200), -0.2, 0.2},
      {VarianceScaling({.scale = 3, .mode = "fan_out", .distribution = "untruncated_normal"}), 0, 0.1, -1, 1},
  };
  for (const auto& expected : cases) {
    const Moments got = moments(draw(expected.initializer, shape));
    const std::string what = expected.initializer->config().json();
    EXPECT_NEAR(got.mean, expected.mean, 0.03 * expected.stddev) << what;
    EXPECT_NEAR(got.stddev, expected.stddev, 0.01 * expected.stddev) << what;
    EXPECT_GE(got.least, expected.least) << what;
    EXPECT_LE(got.most, expected.most) << what;
  }
}

TEST(Initializer, CountsInputsAndOutputsAsKeras) {
  const auto expect = [](const Shape& shape, double in, double out) {
    EXPECT_EQ(compute_fans(shape).in, in) << shape.text();
    EXPECT_EQ(compute_fans(shape).out, out) << shape.text();
  };
  expect({}, 1, 1);
  expect({5}, 5, 5);
  expect({5, 7}, 5, 7);
  expect({3, 3, 8, 16}, 72, 144);
  const Fans fans = compute_fans({2, 3, 4}, {.input_axes = {{0, 1}}, .output_axes = {{2}}});
  EXPECT_EQ(fans.in, 6);
  EXPECT_EQ(fans.out, 4);
}

TEST(Initializer, GivesOrthogonalRowsOrColumns) {
  for (const Shape& shape : {Shape{6, 4}, Shape{4, 6}, Shape{2, 3, 5}}) {
    const Tensor q = draw(Orthogonal(2), shape).reshape({shape.slice(0, shape.rank() - 1).size(), shape.back()});
    const bool tall = q.dim(0) >= q.dim(1);
    const Tensor m = tall ? q.transpose().copy() : q;
    for (int64_t i = 0; i < m.dim(0); ++i)
      for (int64_t j = 0; j < m.dim(0); ++j) {
        double dot = 0;
        for (int64_t k = 0; k < m.dim(1); ++k) dot += m.at({i, k}) * m.at({j, k});
        EXPECT_NEAR(dot, i == j ? 4 : 0, 1e-12) << shape.text();
      }
  }
}

TEST(Initializer, RepeatsForTheSameSeed) {
  EXPECT_TRUE(identical(draw("he_normal", {4, 5}, 1), draw("he_normal", {4, 5}, 1)));
  EXPECT_FALSE(identical(draw("he_normal", {4, 5}, 1), draw("he_normal", {4, 5}, 2)));
  const GlorotUniform own({.seed = 3});
  EXPECT_TRUE(identical(draw(own, {4, 5}, 1), draw(own, {4, 5}, 2)));
  random::set_seed(5);
  const Tensor first = own({2, 2}), second = RandomNormal()({2, 2});
  random::set_seed(5);
  EXPECT_TRUE(identical(first, own({2, 2})));
  EXPECT_TRUE(identical(second, RandomNormal()({2, 2})));
}

TEST(Initializer, HasTheNamesAndDefaultsOfKeras) {
  const Config file = golden::read("names.json");
  for (const auto& entry : file["initializers"].map()) {
    const AnyInitializer initializer = entry.first;
    EXPECT_EQ(initializer->config()["class_name"].text(), entry.first);
    const Config back = Initializer::from_config(initializer->config())->config();
    EXPECT_EQ(back, initializer->config());
    for (const Config& argument : entry.second["arguments"].list())
      if (argument.has("default")) {
        EXPECT_EQ(back["config"][argument["name"].text()].json(), argument["default"].json()) << entry.first;
      }
  }
  EXPECT_TRUE(AnyInitializer("glorot_uniform"));
}

TEST(Initializer, TellsWhatIsWrong) {
  EXPECT_THROW(AnyInitializer("glorot"), Error);
  EXPECT_THROW(draw("identity", {2, 2, 2}), Error);
  EXPECT_THROW(draw("orthogonal", {2}), Error);
  EXPECT_THROW(VarianceScaling({.scale = 0}), Error);
  EXPECT_THROW(VarianceScaling({.mode = "fan"}), Error);
  Config config = Constant(1).config(), options;
  options.set("valeu", 2.0);
  config.set("config", options);
  EXPECT_THROW(Initializer::from_config(config), Error);
}

// The middle of a kernel is where the padding "same" of a stride of 1 takes it from.
TEST(Initializer, DiracPassesChannelsOn) {
  const Tensor x = Tensor::of({1.f, 2.f, 3.f, 4.f, 5.f, 6.f, 7.f, 8.f, 9.f, 10.f, 11.f, 12.f}, {1, 3, 2, 2});
  Conv2D conv(
      {.filters = 3, .kernel_size = 3, .padding = "same", .kernel_initializer = Dirac({.rest = RandomNormal(0, 1)})});
  const Var image = placeholder(x.shape());
  const Tensor y = Program({image}, conv(image))(x);
  for (int64_t i = 0; i < 6; ++i)
    for (int64_t c = 0; c < 2; ++c) EXPECT_EQ(y.flat(i * 3 + c), x.flat(i * 2 + c));
  EXPECT_NE(y.flat(2), 0) << "drawn by the rest";
  EXPECT_EQ(draw(Dirac(), {1, 2, 3}).values<double>(), (std::vector<double>{1, 0, 0, 0, 1, 0}));
  EXPECT_EQ(Initializer::from_config(Dirac({.rest = "ones"}).config())->config(), Dirac({.rest = "ones"}).config());
  EXPECT_THROW(draw("dirac", {2, 2}), Error);
}

// Pictures whose colours go together, and whose neighbours do.
Tensor smooth_pictures() {
  Tensor out({6, 8, 8, 2});
  random::Stream stream(5);
  for (int64_t i = 0; i < out.size(); i += 2) {
    const double before = i >= 2 ? out.flat(i - 2) : 0;
    out.set_flat(i, 0.7 * before + stream.normal(1, 0.5));
    out.set_flat(i + 1, 0.5 * out.flat(i) + stream.normal(0, 0.3));
  }
  return out;
}

TEST(Initializer, WhiteningTakesWhatGoesTogetherApart) {
  const Tensor pictures = smooth_pictures(), covariance = patch_covariance(pictures, 2);
  ASSERT_EQ(covariance.shape(), (Shape{8, 8}));
  const Whitening whitening({.covariance = covariance, .epsilon = 1e-12});
  Conv2D conv({.filters = 16, .kernel_size = 2, .kernel_initializer = whitening});
  const Var image = placeholder(pictures.shape());
  const Tensor y = Program({image}, conv(image))(pictures);
  const Tensor after = patch_covariance(y, 1);
  for (int64_t i = 0; i < 16; ++i)
    for (int64_t j = 0; j < 16; ++j) EXPECT_NEAR(after.at({i, j}), i == j ? 1 : i % 8 == j % 8 ? -1 : 0, 1e-4);
  const Tensor kernel = draw(whitening, {2, 2, 2, 3});
  double first = 0, second = 0;
  for (int64_t i = 0; i < 8; ++i)
    first += kernel.flat(i * 3) * kernel.flat(i * 3), second += kernel.flat(i * 3 + 1) * kernel.flat(i * 3 + 1);
  EXPECT_LT(first, second) << "what varies most is shrunk most";
  EXPECT_EQ(Initializer::from_config(Config::parse(whitening.config().json()))
                ->draw({2, 2, 2, 3}, DType::float64, 1)
                .values<double>(),
            kernel.values<double>());
}

TEST(Initializer, WhiteningTellsWhatIsWrong) {
  EXPECT_THROW(AnyInitializer("whitening"), Error);
  EXPECT_THROW(Whitening({.covariance = Tensor({2, 3})}), Error);
  EXPECT_THROW(Whitening({.covariance = Tensor({2, 2}), .epsilon = 0}), Error);
  EXPECT_THROW(draw(Whitening({.covariance = Tensor({4, 4})}), {2, 2, 2, 3}), Error);
  EXPECT_THROW(draw(Whitening({.covariance = Tensor({4, 4})}), {2, 2, 1, 9}), Error);
  EXPECT_THROW(patch_covariance(Tensor({1, 2, 2, 1}), 3), Error);
  EXPECT_THROW(patch_covariance(Tensor({2, 2}), 1), Error);
}

}  // namespace
}  // namespace cajal
