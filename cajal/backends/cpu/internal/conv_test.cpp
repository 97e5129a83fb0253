#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <limits>
#include <memory>

#include "cajal/backends/cpu/internal/conv_choice.h"
#include "cajal/backends/cpu/internal/conv_oracle.h"
#include "cajal/backends/cpu/internal/each_target_test.h"
#include "cajal/base/parallel.h"

namespace cajal::cpu {
namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
constexpr float kCanary = 12345.5f;
constexpr ConvDirection kDirections[] = {ConvDirection::forward, ConvDirection::input_gradient,
                                         ConvDirection::kernel_gradient};

// One convolution with random operands. Arrays are exactly as large as they must be, so that an address sanitizer sees
// what is read beyond them.
struct ConvProblem {
  ConvProblem(const ConvShape& s, ConvDirection d, unsigned variant) : shape(s), direction(d), random(variant + 1) {
    const bool forward = d == ConvDirection::forward, of_image = d == ConvDirection::input_gradient;
    image = values(of_image ? out_count(s) : image_count(s));
    other = values(d == ConvDirection::kernel_gradient ? out_count(s) : s.kernel_size());
    size = forward ? out_count(s) : of_image ? image_count(s) : s.kernel_size();
    channels = forward ? s.filters : s.channels;
    bias = values(channels), scale = values(channels), shift = values(channels);
    residual = values(size), mask = values(size);
    if (d == ConvDirection::kernel_gradient) return;
    if (variant & 1) finish.bias = bias.data();
    if (variant & 2) finish.residual = residual.data();
    if (variant & 4) finish.relu = true;
    if (variant & 8) finish.mask = mask.data();
    if (variant & 16) finish.scale = scale.data(), finish.shift = shift.data();
    if (variant & 32) finish.limit = 0.5f;
  }

  std::vector<float> values(int64_t count) {
    std::uniform_real_distribution<float> uniform(-1, 1);
    std::vector<float> out(static_cast<size_t>(count));
    for (float& x : out) x = uniform(random);
    return out;
  }

  // In a workspace of exactly the plan's size.
  template <class Operands>
  static void run_within(const ConvPlan& plan, Operands operands) {
    std::vector<float> space(plan.workspace / sizeof(float) + 32, kNaN);
    void* aligned = space.data();
    size_t left = space.size() * sizeof(float);
    float* workspace = static_cast<float*>(std::align(64, plan.workspace, aligned, left));
    float* after = workspace + plan.workspace / sizeof(float);
    std::fill(after, space.data() + space.size(), kCanary);
    operands.workspace = workspace;
    plan.run(operands);
    for (; after < space.data() + space.size(); ++after) EXPECT_EQ(*after, kCanary) << "beyond the workspace";
  }

  std::vector<float> run(int thread_count) {
    set_threads(thread_count);
    std::vector<float> result(size_t(size), kCanary);
    run_within(plan_conv(shape, direction, thread_count),
               ConvOperands{image.data(), other.data(), result.data(), finish, nullptr});
    return result;
  }

  // With a kernel that was packed before; empty where that cannot be.
  std::vector<float> run_packed(int thread_count) {
    set_threads(thread_count);
    const ConvPlan plan = plan_conv(shape, direction, thread_count, true);
    if (plan.packed_bytes == 0) return {};
    std::vector<float> packed(plan.packed_bytes / sizeof(float)), result(size_t(size), kCanary);
    plan.pack(other.data(), packed.data());
    run_within(plan, ConvOperands{image.data(), nullptr, result.data(), finish, nullptr, packed.data()});
    return result;
  }

  // The nearest bfloat16 of each, which takes its place.
  static std::vector<bfloat16> narrowed_in_place(std::vector<float>& numbers) {
    std::vector<bfloat16> out(numbers.begin(), numbers.end());
    std::copy(out.begin(), out.end(), numbers.begin());
    return out;
  }

  // With images stored as bfloat16: the bits of widened images, and of a result rounded in the end.
  void expect_narrow_right(int thread_count) {
    set_threads(thread_count);
    const bool of_kernel = direction == ConvDirection::kernel_gradient;
    const std::vector<bfloat16> x = narrowed_in_place(image), more = narrowed_in_place(residual);
    const std::vector<bfloat16> passing = narrowed_in_place(mask);
    const std::vector<bfloat16> dy = of_kernel ? narrowed_in_place(other) : std::vector<bfloat16>();
    const std::vector<float> wanted = run(1);
    const ConvPlan plan = plan_conv(shape, direction, thread_count);
    if (of_kernel) {
      std::vector<float> result(size_t(size), kCanary);
      run_within(plan, NarrowGradientOperands{x.data(), dy.data(), result.data(), {}, nullptr});
      EXPECT_EQ(std::memcmp(result.data(), wanted.data(), wanted.size() * sizeof(float)), 0) << describe(shape);
      return;
    }
    const std::vector<bfloat16> rounded(wanted.begin(), wanted.end());
    std::vector<bfloat16> result(rounded.size(), bfloat16(kCanary));
    const ConvFinishOf<bfloat16> steps = {.bias = finish.bias,
                                          .scale = finish.scale,
                                          .shift = finish.shift,
                                          .residual = finish.residual ? more.data() : nullptr,
                                          .relu = finish.relu,
                                          .mask = finish.mask ? passing.data() : nullptr,
                                          .limit = finish.limit};
    run_within(plan, NarrowConvOperands{x.data(), other.data(), result.data(), steps, nullptr});
    EXPECT_EQ(std::memcmp(result.data(), rounded.data(), rounded.size() * sizeof(bfloat16)), 0) << describe(shape);
  }

  // Within 1e-5 of the sum of the absolute terms.
  void expect_right(const std::vector<float>& result) const {
    ConvOracle oracle = conv_oracle(shape, direction, image.data(), other.data());
    finish_oracle(oracle, finish, channels);
    int wrong = 0;
    for (size_t i = 0; i < result.size(); ++i)
      if (!(std::abs(result[i] - oracle.sum[i]) <= 1e-5 * oracle.magnitude[i]) && ++wrong < 4)
        ADD_FAILURE() << i << " is " << result[i] << ", expected " << oracle.sum[i];
    EXPECT_EQ(wrong, 0) << describe(shape) << (direction == ConvDirection::forward ? "" : ", gradient");
  }

  ConvShape shape;
  ConvDirection direction;
  std::mt19937 random;
  std::vector<float> image, other, bias, scale, shift, residual, mask;
  int64_t size = 0, channels = 0;
  ConvFinish finish;
};

ConvShape conv_of(int64_t batch, int64_t size, int64_t channels, int64_t filters, int64_t kernel, int64_t stride = 1) {
  ConvShape s;
  s.batch = batch, s.height = s.width = size, s.channels = channels, s.filters = filters;
  s.kernel_height = s.kernel_width = kernel, s.stride_height = s.stride_width = stride;
  s.pad_top = s.pad_left = kernel / 2;
  s.out_height = s.out_width = (size + 2 * (kernel / 2) - kernel) / stride + 1;
  return s;
}

// Without zeros around the images.
ConvShape valid_conv_of(int64_t batch, int64_t height, int64_t width, int64_t channels, int64_t filters,
                        int64_t stride) {
  ConvShape s = conv_of(batch, height, channels, filters, 3, stride);
  s.width = width, s.pad_top = s.pad_left = 0;
  s.out_height = (height - 3) / stride + 1, s.out_width = (width - 3) / stride + 1;
  return s;
}

std::vector<ConvShape> convs_of_training() {
  std::vector<ConvShape> shapes = {
      conv_of(2, 32, 3, 64, 3),  conv_of(2, 28, 1, 32, 3),     conv_of(3, 8, 64, 130, 3),   conv_of(33, 4, 70, 96, 3),
      conv_of(2, 14, 32, 64, 1), conv_of(2, 14, 33, 70, 1, 2), conv_of(3, 20, 33, 48, 3),   conv_of(1, 28, 24, 40, 1),
      conv_of(2, 31, 19, 33, 1), conv_of(2, 15, 20, 40, 5, 2), conv_of(1, 40, 3, 16, 7, 2), conv_of(2, 9, 300, 70, 3),
      conv_of(1, 20, 4, 96, 3),  conv_of(2, 13, 2, 48, 3),     conv_of(2, 12, 5, 90, 3)};
  for (const auto& [channels, width, filters] : std::vector<std::array<int64_t, 3>>{
           {1, 13, 16}, {2, 7, 5}, {3, 29, 20}, {4, 4, 40}, {3, 15, 33}, {5, 23, 130}, {16, 17, 24}}) {
    for (const int64_t stride : {1, 2}) {
      shapes.push_back(conv_of(5, 9, channels, filters, 3, stride));
      shapes.back().width = width, shapes.back().out_width = (width - 1) / stride + 1;
      shapes.push_back(valid_conv_of(5, 9, width, channels, filters, stride));
    }
  }
  ConvShape line;
  line.batch = 2, line.width = 700, line.channels = 12, line.filters = 20, line.kernel_width = 5, line.out_width = 696;
  shapes.push_back(line);
  for (const auto& [channels, kernel, stride] : std::vector<std::array<int64_t, 3>>{
           {32, 3, 1}, {100, 3, 2}, {200, 3, 1}, {20, 5, 1}, {35, 5, 2}, {3, 4, 1}, {16, 7, 3}}) {
    shapes.push_back(conv_of(9, 19, channels, channels, kernel, stride));
    shapes.back().groups = channels;
  }
  return shapes;
}

TEST(CpuConv, RandomShapes) {
  const int before = threads();
  for_each_target([] {
    std::mt19937 random(3);
    for (unsigned round = 0; round < 400 && !::testing::Test::HasFailure(); ++round) {
      ConvShape shape = random_conv(random, round % 4 ? 20 : 70);
      if (round % 5 == 0) shape.groups = shape.filters = shape.channels;  // depthwise
      for (const ConvDirection direction : kDirections) {
        ConvProblem problem(shape, direction, round);
        problem.expect_right(problem.run(1));
      }
    }
  });
  set_threads(before);
}

TEST(CpuConv, ShapesOfTraining) {
  const int before = threads();
  for_each_target([] {
    for (const ConvShape& shape : convs_of_training())
      for (const ConvDirection direction : kDirections) {
        ConvProblem problem(shape, direction, 1);
        problem.expect_right(problem.run(1));
      }
  });
  set_threads(before);
}

TEST(CpuConv, FinishedResultsHaveTheBitsOfSingleSteps) {
  const int before = threads();
  for_each_target([] {
    for (const ConvShape& shape : convs_of_training()) {
      ConvProblem problem(shape, ConvDirection::forward, 23);  // bias, residual, relu, scale and shift
      const std::vector<float> finished = problem.run(2);
      problem.finish = {};
      std::vector<float> single = problem.run(1);
      for (size_t i = 0; i < single.size(); ++i) {
        const size_t channel = i % size_t(shape.filters);
        single[i] += problem.bias[channel];
        single[i] *= problem.scale[channel];
        single[i] += problem.shift[channel];
        single[i] += problem.residual[i];
        single[i] = single[i] < 0 ? 0 : single[i];
      }
      EXPECT_EQ(std::memcmp(finished.data(), single.data(), single.size() * sizeof(float)), 0) << describe(shape);
    }
  });
  set_threads(before);
}

TEST(CpuConv, SameBitsForAnyNumberOfThreads) {
  const int before = threads();
  for_each_target([] {
    for (const ConvShape& shape : convs_of_training())
      for (const ConvDirection direction : kDirections) {
        ConvProblem problem(shape, direction, 15);
        const std::vector<float> one = problem.run(1);
        for (int count : {2, 3, 7}) {
          const std::vector<float> many = problem.run(count);
          EXPECT_EQ(std::memcmp(one.data(), many.data(), one.size() * sizeof(float)), 0)
              << describe(shape) << ", " << count << " threads";
        }
      }
  });
  set_threads(before);
}

TEST(CpuConv, AKernelPackedBeforeGivesTheSameBits) {
  const int before = threads();
  int64_t proved = 0;
  for_each_target([&] {
    for (const ConvShape& shape : convs_of_training())
      for (const ConvDirection direction : {ConvDirection::forward, ConvDirection::input_gradient}) {
        ConvProblem problem(shape, direction, 7);
        const std::vector<float> wanted = problem.run(1), packed = problem.run_packed(2);
        if (packed.empty()) continue;
        ++proved;
        EXPECT_EQ(std::memcmp(packed.data(), wanted.data(), wanted.size() * sizeof(float)), 0) << describe(shape);
      }
  });
  EXPECT_GT(proved, 40);
  set_threads(before);
}

// So many results are written past the caches, but only where they lie in whole vectors.
TEST(CpuConv, LargeResultsHaveTheSameBitsWhereverTheyLie) {
  const int before = threads();
  set_threads(2);
  for_each_target([] {
    const ConvShape shape = conv_of(4, 256, 1, 64, 3);
    ConvProblem problem(conv_of(1, 1, 1, 1, 1), ConvDirection::forward, 0);
    const std::vector<float> image = problem.values(image_count(shape)), kernel = problem.values(shape.kernel_size());
    const size_t count = size_t(out_count(shape));
    std::vector<float> results(2 * count + 64, kCanary);
    void* aligned = results.data();
    size_t left = results.size() * sizeof(float);
    float* const first = static_cast<float*>(std::align(64, count * sizeof(float), aligned, left));
    float* const second = first + count + 1;
    const ConvPlan plan = plan_conv(shape, ConvDirection::forward, 2);
    for (float* result : {first, second})
      ConvProblem::run_within(plan, ConvOperands{image.data(), kernel.data(), result, {}, nullptr});
    EXPECT_EQ(std::memcmp(first, second, count * sizeof(float)), 0);
    EXPECT_EQ(first[count], kCanary);
    EXPECT_EQ(second[count], kCanary);
  });
  set_threads(before);
}

TEST(CpuConv, ImagesStoredAsBfloat16GiveTheBitsOfTheSameFloats) {
  const int before = threads();
  int64_t proved = 0;
  for_each_target([&] {
    for (const ConvShape& shape : convs_of_training())
      for (const ConvDirection direction : kDirections) {
        if (!conv_is_narrow(choose_conv(shape, direction))) continue;
        for (const unsigned variant : {0u, 7u, 63u}) {
          ConvProblem(shape, direction, variant).expect_narrow_right(2);
          ++proved;
        }
      }
  });
  EXPECT_GT(proved, 40);
  set_threads(before);
}

}  // namespace
}  // namespace cajal::cpu
