#include "cajal/backends/cpu/internal/winograd.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "cajal/backends/cpu/internal/each_target_test.h"
#include "cajal/base/parallel.h"

namespace cajal::cpu {
namespace {

constexpr float kWinogradCanary = 12345.5f;

ConvShape winograd_shape(int64_t batch, int64_t height, int64_t width, int64_t channels, int64_t filters,
                         int64_t pad_before, int64_t pad_after) {
  ConvShape s;
  s.batch = batch, s.height = height, s.width = width, s.channels = channels, s.filters = filters;
  s.kernel_height = s.kernel_width = 3;
  s.pad_top = s.pad_left = pad_before;
  s.out_height = height + pad_before + pad_after - 2, s.out_width = width + pad_before + pad_after - 2;
  return s;
}

std::string describe_winograd(const ConvShape& s, ConvDirection direction) {
  const char* names[] = {"y", "dx", "dw"};
  return std::string(names[int(direction)]) + " of " + std::to_string(s.batch) + " " + std::to_string(s.height) + "x" +
         std::to_string(s.width) + "x" + std::to_string(s.channels) + " -> " + std::to_string(s.out_height) + "x" +
         std::to_string(s.out_width) + "x" + std::to_string(s.filters) + " pad " + std::to_string(s.pad_top);
}

// A plain sum in double, and the sum of the absolute terms.
struct Exact {
  double sum = 0, magnitude = 0;
  void add(double term) { sum += term, magnitude += std::abs(term); }
};

// The arrays of one convolution; which of them is computed depends on the direction.
struct Convolution {
  Convolution(const ConvShape& s, unsigned seed) : shape(s), random(seed) {
    x = values(s.batch * s.image_size()), w = values(s.kernel_size()), y = values(s.batch * s.out_size());
  }

  std::vector<float> values(int64_t count) {
    std::vector<float> out(static_cast<size_t>(count));
    std::uniform_real_distribution<float> uniform(-1, 1);
    for (float& value : out) value = uniform(random);
    return out;
  }

  // Calls use(index in x, index in w, index in y) for every product of the convolution.
  template <class Use>
  void for_each_product(const Use& use) const {
    const ConvShape& s = shape;
    for (int64_t n = 0; n < s.batch; ++n)
      for (int64_t oy = 0; oy < s.out_height; ++oy)
        for (int64_t ox = 0; ox < s.out_width; ++ox)
          for (int64_t tap = 0; tap < 9; ++tap) {
            const int64_t iy = oy + tap / 3 - s.pad_top, ix = ox + tap % 3 - s.pad_left;
            if (iy < 0 || iy >= s.height || ix < 0 || ix >= s.width) continue;
            const int64_t pixel = (n * s.height + iy) * s.width + ix, out = (n * s.out_height + oy) * s.out_width + ox;
            for (int64_t c = 0; c < s.channels; ++c)
              for (int64_t f = 0; f < s.filters; ++f)
                use(size_t(pixel * s.channels + c), size_t((tap * s.channels + c) * s.filters + f),
                    size_t(out * s.filters + f));
          }
  }

  std::vector<Exact> exact(ConvDirection direction) const {
    std::vector<Exact> out(of(direction).size());
    for_each_product([&](size_t i, size_t k, size_t o) {
      switch (direction) {
        case ConvDirection::forward: return out[o].add(double(x[i]) * w[k]);
        case ConvDirection::input_gradient: return out[i].add(double(y[o]) * w[k]);
        case ConvDirection::kernel_gradient: return out[k].add(double(x[i]) * y[o]);
      }
    });
    return out;
  }

  const std::vector<float>& of(ConvDirection direction) const {
    return direction == ConvDirection::forward ? y : direction == ConvDirection::input_gradient ? x : w;
  }

  std::vector<float> run(ConvDirection direction, int thread_count, const ConvFinish& finish = {}) const {
    set_threads(thread_count);
    const WinogradPlan plan = plan_winograd(shape, direction, thread_count);
    // What lies in the workspace must not matter.
    std::vector<float> space(plan.workspace / sizeof(float) + 32, NAN), result(of(direction).size() + 1, NAN);
    result.back() = kWinogradCanary;
    void* aligned = space.data();
    size_t left = space.size() * sizeof(float);
    float* workspace = static_cast<float*>(std::align(64, plan.workspace, aligned, left));
    float* end = workspace + plan.workspace / sizeof(float);
    std::fill(end, space.data() + space.size(), kWinogradCanary);
    run_winograd(plan, {.image = direction == ConvDirection::input_gradient ? y.data() : x.data(),
                        .other = direction == ConvDirection::kernel_gradient ? y.data() : w.data(),
                        .result = result.data(),
                        .finish = finish,
                        .workspace = workspace});
    for (; end < space.data() + space.size(); ++end) EXPECT_EQ(*end, kWinogradCanary) << "beyond the workspace";
    EXPECT_EQ(result.back(), kWinogradCanary) << "beyond the result";
    result.pop_back();
    return result;
  }

  ConvShape shape;
  std::mt19937 random;
  std::vector<float> x, w, y;
};

// How many results are off by more than 1e-4 of the sum of the absolute products.
int count_wrong(const std::vector<float>& result, const std::vector<Exact>& exact) {
  int wrong = 0;
  for (size_t i = 0; i < result.size(); ++i) {
    wrong += !(std::abs(result[i] - exact[i].sum) <= 1e-4 * exact[i].magnitude);
  }
  return wrong;
}

constexpr ConvDirection kDirections[] = {ConvDirection::forward, ConvDirection::input_gradient,
                                         ConvDirection::kernel_gradient};

void check_winograd(const ConvShape& shape, unsigned seed, int thread_count = 1) {
  const int before = threads();
  const Convolution convolution(shape, seed);
  for (const ConvDirection direction : kDirections) {
    const std::vector<Exact> exact = convolution.exact(direction);
    for_each_target([&] {
      EXPECT_EQ(count_wrong(convolution.run(direction, thread_count), exact), 0) << describe_winograd(shape, direction);
    });
  }
  set_threads(before);
}

TEST(Winograd, EverySmallImageAndPadding) {
  unsigned seed = 0;
  for (int64_t before : {0, 1, 2})
    for (int64_t after : {0, 1, 2})
      for (int64_t height : {1, 2, 3, 4, 5, 6, 9})
        for (int64_t width : {1, 3, 4, 6, 7, 38}) {
          const ConvShape shape = winograd_shape(2, height, width, 3, 5, before, after);
          if (winograd_can(shape)) check_winograd(shape, ++seed);
          if (::testing::Test::HasFailure()) return;
        }
  EXPECT_GT(seed, 250u);
}

TEST(Winograd, ChannelsThatAreNoMultipleOfTheLanes) {
  unsigned seed = 0;
  for (int64_t channels : {1, 4, 7, 15, 16, 17, 33, 48})
    for (int64_t filters : {1, 3, 8, 14, 16, 31, 33, 47, 64}) {
      check_winograd(winograd_shape(2, 6, 9, channels, filters, 1, 1), ++seed);
      if (::testing::Test::HasFailure()) return;
    }
}

TEST(Winograd, SeveralBlocksOfEverything) {
  check_winograd(winograd_shape(21, 8, 17, 35, 67, 1, 1), 1, 2);    // of tiles
  check_winograd(winograd_shape(3, 7, 7, 530, 20, 1, 1), 2, 2);     // of the sum over the channels
  check_winograd(winograd_shape(8, 13, 11, 141, 150, 0, 0), 3, 2);  // of the gradient of the kernel
  check_winograd(winograd_shape(15, 8, 8, 20, 300, 1, 1), 4, 2);    // of filters
}

TEST(Winograd, SameBitsForAnyNumberOfThreads) {
  const int before = threads();
  for_each_target([] {
    for (const ConvShape& shape : {winograd_shape(9, 16, 16, 32, 48, 1, 1), winograd_shape(40, 4, 4, 70, 33, 1, 1),
                                   winograd_shape(5, 26, 26, 20, 64, 0, 0)}) {
      const Convolution convolution(shape, 5);
      for (const ConvDirection direction : kDirections) {
        const std::vector<float> one = convolution.run(direction, 1);
        for (int count : {2, 3, 7}) {
          const std::vector<float> many = convolution.run(direction, count);
          EXPECT_EQ(std::memcmp(one.data(), many.data(), one.size() * sizeof(float)), 0)
              << describe_winograd(shape, direction) << ", " << count << " threads";
        }
      }
    }
  });
  set_threads(before);
}

// What a ConvFinish makes of a result.
double finish_exactly(double value, const ConvFinish& finish, size_t at, size_t channel) {
  if (finish.bias) value += finish.bias[channel];
  if (finish.scale) value = value * finish.scale[channel] + finish.shift[channel];
  if (finish.residual) value += finish.residual[at];
  if (finish.relu) value = std::min(std::max(value, 0.0), double(finish.limit));
  if (finish.mask && !(finish.mask[at] > 0 && (std::isinf(finish.limit) || finish.mask[at] < finish.limit))) value = 0;
  return value;
}

TEST(Winograd, FinishesResultsInOrder) {
  const int before = threads();
  for_each_target([] {
    Convolution c(winograd_shape(2, 10, 7, 19, 21, 1, 1), 11);
    for (const ConvDirection direction : {ConvDirection::forward, ConvDirection::input_gradient}) {
      const size_t size = c.of(direction).size();
      const size_t channels = size_t(direction == ConvDirection::forward ? c.shape.filters : c.shape.channels);
      const auto bias = c.values(int64_t(channels)), scale = c.values(int64_t(channels));
      const auto shift = c.values(int64_t(channels)), residual = c.values(int64_t(size)),
                 mask = c.values(int64_t(size));
      const std::vector<Exact> exact = c.exact(direction);
      for (unsigned which = 0; which < 64; ++which) {
        ConvFinish finish;
        finish.bias = which & 1 ? bias.data() : nullptr;
        finish.scale = which & 2 ? scale.data() : nullptr, finish.shift = which & 2 ? shift.data() : nullptr;
        finish.residual = which & 4 ? residual.data() : nullptr;
        finish.relu = which & 8;
        finish.mask = which & 16 ? mask.data() : nullptr;
        if (which & 32) finish.limit = 0.5f;
        const std::vector<float> result = c.run(direction, 1, finish);
        int wrong = 0;
        for (size_t i = 0; i < size; ++i) {
          const double expected = finish_exactly(exact[i].sum, finish, i, i % channels);
          wrong += !(std::abs(result[i] - expected) <= 1e-4 * (exact[i].magnitude + 3));
        }
        EXPECT_EQ(wrong, 0) << describe_winograd(c.shape, direction) << ", finish " << which;
      }
    }
  });
  set_threads(before);
}

// The relative error, norm by norm, which the choice of the points keeps small.
TEST(Winograd, LosesFewDigits) {
  const int before = threads();
  const Convolution convolution(winograd_shape(4, 16, 16, 96, 64, 1, 1), 3);
  for (const ConvDirection direction : kDirections) {
    const std::vector<Exact> exact = convolution.exact(direction);
    for_each_target([&] {
      const std::vector<float> result = convolution.run(direction, 2);
      double error = 0, norm = 0;
      for (size_t i = 0; i < result.size(); ++i) {
        error += std::pow(result[i] - exact[i].sum, 2), norm += std::pow(exact[i].sum, 2);
      }
      EXPECT_LT(std::sqrt(error / norm), 2.2e-6) << describe_winograd(convolution.shape, direction);
    });
  }
  set_threads(before);
}

// The tests above can fail: one pixel that is off is seen.
TEST(Winograd, APlantedErrorIsSeen) {
  const int before = threads();
  const Convolution right(winograd_shape(2, 9, 9, 17, 20, 1, 1), 7);
  for (const ConvDirection direction : kDirections) {
    const std::vector<Exact> exact = right.exact(direction);
    Convolution wrong = right;
    (direction == ConvDirection::forward ? wrong.x : wrong.y)[40] += 0.25f;
    EXPECT_GT(count_wrong(wrong.run(direction, 1), exact), 0) << describe_winograd(right.shape, direction);
  }
  set_threads(before);
}

TEST(Winograd, KnowsWhatItCannot) {
  ConvShape shape = winograd_shape(1, 8, 8, 4, 4, 1, 1);
  EXPECT_TRUE(winograd_can(shape));
  for (int64_t ConvShape::*field : {&ConvShape::stride_height, &ConvShape::stride_width, &ConvShape::dilation_height,
                                    &ConvShape::dilation_width, &ConvShape::groups}) {
    ConvShape other = shape;
    other.*field = 2;
    EXPECT_FALSE(winograd_can(other));
  }
  shape.kernel_width = 1;
  EXPECT_FALSE(winograd_can(shape));
  EXPECT_FALSE(winograd_can(winograd_shape(1, 2, 8, 4, 4, 0, 1)));  // the kernel's last row meets zeros only
  EXPECT_FALSE(winograd_can(winograd_shape(1, 8, 8, 4, 4, 1, 3)));
}

}  // namespace
}  // namespace cajal::cpu
