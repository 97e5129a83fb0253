#include "cajal/backends/cpu/internal/gemm.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

#include "cajal/backends/cpu/internal/each_target_test.h"
#include "cajal/base/parallel.h"

namespace cajal::cpu {
namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kCanary = 12345.5f;

// Operands of one product, with gaps between the rows that hold NaN where they are read, canaries where written.
struct Problem {
  Problem(const Gemm& g, unsigned seed) : gemm(g), random(seed) {
    a = matrix(g.transpose_a ? g.k : g.m, g.transpose_a ? g.m : g.k, g.lda, kNaN);
    b = matrix(g.transpose_b ? g.n : g.k, g.transpose_b ? g.k : g.n, g.ldb, kNaN);
    c = matrix(g.m, g.n, g.ldc, kCanary);
    mask = matrix(g.m, g.n, g.ldc, kNaN);
    bias = matrix(1, g.n, g.n, kNaN);
    sums.assign(size_t(g.n), kNaN);
  }

  std::vector<float> matrix(int64_t rows, int64_t columns, int64_t stride, float gap) {
    // The last row has no gap, so that an address sanitizer sees what is read beyond it.
    std::vector<float> values(rows == 0 ? 0 : size_t((rows - 1) * stride + columns), gap);
    std::uniform_real_distribution<float> uniform(-1, 1);
    for (int64_t r = 0; r < rows; ++r) {
      for (int64_t i = 0; i < columns; ++i) values[size_t(r * stride + i)] = uniform(random);
    }
    return values;
  }

  float a_at(int64_t i, int64_t p) const { return a[size_t(gemm.transpose_a ? p * gemm.lda + i : i * gemm.lda + p)]; }
  float b_at(int64_t p, int64_t j) const { return b[size_t(gemm.transpose_b ? j * gemm.ldb + p : p * gemm.ldb + j)]; }

  // Runs the product on a copy of C; column sums go to `sums`.
  std::vector<float> run(int thread_count) {
    set_threads(thread_count);
    const GemmPlan plan = plan_gemm(gemm, thread_count);
    std::vector<float> result = c;
    std::vector<float> space(plan.workspace / sizeof(float) + 32, kCanary);
    void* aligned = space.data();
    size_t left = space.size() * sizeof(float);
    float* workspace = static_cast<float*>(std::align(64, plan.workspace, aligned, left));
    run_gemm(plan, {.a = a.data(),
                    .b = b.data(),
                    .c = result.data(),
                    .bias = gemm.has_bias ? bias.data() : nullptr,
                    .mask = gemm.has_relu_mask ? mask.data() : nullptr,
                    .column_sums = gemm.has_column_sums ? sums.data() : nullptr,
                    .workspace = workspace});
    for (float* after = workspace + plan.workspace / sizeof(float); after < space.data() + space.size(); ++after) {
      EXPECT_EQ(*after, kCanary) << "beyond the workspace";
    }
    return result;
  }

  Gemm gemm;
  std::mt19937 random;
  std::vector<float> a, b, c, mask, bias, sums;
};

std::string describe(const Gemm& g) {
  return std::to_string(g.m) + "x" + std::to_string(g.k) + "x" + std::to_string(g.n) + (g.transpose_a ? " A^T" : "") +
         (g.transpose_b ? " B^T" : "") + (g.has_bias ? " bias" : "") +
         (g.activation == Gemm::Activation::relu ? " relu" : "") + (g.has_relu_mask ? " mask" : "") +
         (g.has_column_sums ? " sums" : "") + (g.accumulate ? " accumulate" : "") + " ld " + std::to_string(g.lda) +
         " " + std::to_string(g.ldb) + " " + std::to_string(g.ldc);
}

// Against a plain loop in double: 1e-5 of the sum of the absolute terms.
void expect_right(Problem& problem, const std::vector<float>& result) {
  const Gemm& g = problem.gemm;
  int wrong = 0;
  for (int64_t i = 0; i < g.m; ++i) {
    for (int64_t j = 0; j < g.ldc && size_t(i * g.ldc + j) < result.size(); ++j) {
      const size_t at = size_t(i * g.ldc + j);
      if (j >= g.n) {
        wrong += result[at] != kCanary;
        continue;
      }
      double sum = 0, magnitude = 0;
      const auto add = [&](double term) { sum += term, magnitude += std::abs(term); };
      for (int64_t p = 0; p < g.k; ++p) add(double(problem.a_at(i, p)) * problem.b_at(p, j));
      if (g.accumulate) add(problem.c[at]);
      if (g.has_bias) add(problem.bias[size_t(j)]);
      if (g.activation == Gemm::Activation::relu) sum = std::max(sum, 0.0);
      if (g.has_relu_mask && !(problem.mask[at] > 0)) sum = 0;
      if (!(std::abs(result[at] - sum) <= 1e-5 * magnitude)) {
        if (++wrong < 4) ADD_FAILURE() << "[" << i << ", " << j << "] is " << result[at] << ", expected " << sum;
      }
    }
  }
  for (int64_t j = 0; g.has_column_sums && j < g.n; ++j) {
    double sum = 0, magnitude = 0;
    for (int64_t p = 0; p < g.k; ++p) sum += problem.b_at(p, j), magnitude += std::abs(problem.b_at(p, j));
    wrong += !(std::abs(problem.sums[size_t(j)] - sum) <= 1e-5 * magnitude);
  }
  EXPECT_EQ(wrong, 0) << describe(g);
}

// The sizes with the flags that the bits of `variant` choose.
Gemm make_gemm(int64_t m, int64_t n, int64_t k, unsigned variant) {
  Gemm g;
  g.m = m, g.n = n, g.k = k;
  g.transpose_a = variant & 1, g.transpose_b = variant & 2;
  g.has_bias = variant & 4;
  g.activation = variant & 8 ? Gemm::Activation::relu : Gemm::Activation::none;
  g.has_relu_mask = variant & 16;
  g.accumulate = variant & 32;
  g.has_column_sums = !g.transpose_b && (variant & 64);
  const int64_t gap = variant & 128 ? 3 : 0;
  g.lda = (g.transpose_a ? m : k) + gap, g.ldb = (g.transpose_b ? k : n) + gap, g.ldc = n + gap;
  return g;
}
constexpr unsigned kVariants = 256;

void check(const Gemm& gemm, unsigned seed) {
  Problem problem(gemm, seed);
  expect_right(problem, problem.run(1));
}

TEST(Gemm, EverySmallSizeInEveryVariant) {
  for_each_target([] {
    unsigned seed = 0;
    for (int64_t m : {0, 1, 2, 4, 7, 17, 32}) {
      for (int64_t n : {0, 1, 3, 8, 16, 19, 33}) {
        for (int64_t k : {0, 1, 3, 4, 6, 16, 37}) {
          for (unsigned variant = 0; variant < kVariants; ++variant) check(make_gemm(m, n, k, variant), ++seed);
          if (::testing::Test::HasFailure()) return;
        }
      }
    }
  });
}

TEST(Gemm, ManySizes) {
  for_each_target([] {
    std::mt19937 random(7);
    for (unsigned round = 0; round < 1500; ++round) {
      const auto size = [&](int64_t most) {
        return int64_t(std::exp(std::uniform_real_distribution<>(0, std::log(double(most)))(random)));
      };
      const int64_t m = size(300), n = size(300), k = size(300);
      check(make_gemm(m, n, k, random() % kVariants), round);
      if (::testing::Test::HasFailure()) return;
    }
  });
}

TEST(Gemm, SizesOfTraining) {
  for_each_target([] {
    unsigned variant = 0;
    for (int64_t batch : {32, 100}) {
      for (unsigned more : {0u, 4 + 8u + 16u + 32u + 64u + 128u}) {
        check(make_gemm(batch, 512, 784, more), ++variant);
        check(make_gemm(batch, 10, 512, more), ++variant);
        check(make_gemm(784, 512, batch, 1 | more), ++variant);
        check(make_gemm(512, 10, batch, 1 | more), ++variant);
        check(make_gemm(batch, 512, 512, 2 | more), ++variant);
        check(make_gemm(batch, 512, 10, 2 | more), ++variant);
      }
    }
  });
}

TEST(Gemm, SeveralBlocksOfEveryDimension) {
  for_each_target([] {
    for (unsigned variant = 0; variant < kVariants; variant += 83) check(make_gemm(190, 531, 1100, variant), variant);
  });
}

TEST(Gemm, FewRowsOfMuchB) {
  for_each_target([] {
    unsigned seed = 0;
    for (int64_t m : {1, 2, 3, 4})
      for (int64_t n : {130, 1024, 2100})
        for (int64_t k : {517, 1030})
          for (unsigned variant = 0; variant < kVariants; variant += 37) check(make_gemm(m, n, k, variant), ++seed);
  });
}

// So one sample is predicted as it is among others.
TEST(Gemm, FewRowsHaveTheBitsThatTheyHaveAmongMany) {
  for_each_target([] {
    Problem many(make_gemm(60, 1000, 1280, 4), 1);
    const std::vector<float> all = many.run(1);
    for (int64_t m : {1, 2, 3, 4}) {
      Problem few = many;
      few.gemm.m = m;
      const std::vector<float> some = few.run(1);
      EXPECT_EQ(std::memcmp(some.data(), all.data(), size_t(m * 1000) * sizeof(float)), 0) << m << " rows";
    }
  });
}

TEST(Gemm, SameBitsForAnyNumberOfThreads) {
  const int before = threads();
  for_each_target([] {
    const int64_t sizes[][3] = {{128, 512, 784}, {512, 512, 64}, {512, 10, 256}, {64, 512, 512},   {1000, 1, 1500},
                                {3, 1500, 600},  {2, 3000, 700}, {301, 77, 99},  {200, 200, 1100}, {33, 900, 250}};
    for (const auto& [m, n, k] : sizes) {
      for (unsigned variant : {0u, 1u, 2u, 3u, 64 + 4 + 1u, 128 + 32 + 8u, 16 + 2u}) {
        Problem problem(make_gemm(m, n, k, variant), variant);
        const std::vector<float> one = problem.run(1), sums = problem.sums;
        for (int count : {2, 3, 7}) {
          const std::vector<float> many = problem.run(count);
          EXPECT_EQ(std::memcmp(one.data(), many.data(), one.size() * sizeof(float)), 0)
              << describe(problem.gemm) << ", " << count << " threads";
          EXPECT_EQ(std::memcmp(sums.data(), problem.sums.data(), sums.size() * sizeof(float)), 0);
        }
      }
    }
  });
  set_threads(before);
}

TEST(Gemm, PlanForMoreThreadsThanTheTeamHas) {
  const int before = threads();
  Problem problem(make_gemm(256, 256, 256, 0), 1);
  const std::vector<float> one = problem.run(1);
  const GemmPlan plan = plan_gemm(problem.gemm, 5);
  std::vector<float> result = problem.c, space(plan.workspace / sizeof(float) + 16);
  void* aligned = space.data();
  size_t left = space.size() * sizeof(float);
  run_gemm(plan, {.a = problem.a.data(),
                  .b = problem.b.data(),
                  .c = result.data(),
                  .workspace = std::align(64, plan.workspace, aligned, left)});
  EXPECT_EQ(one, result);
  set_threads(before);
}

TEST(Gemm, NaNAndInfinityPropagate) {
  for_each_target([] {
    for (unsigned variant : {0u, 1u, 2u, 3u, 8u, 16 + 8u}) {
      for (int64_t size : {5, 40, 130}) {
        Problem problem(make_gemm(size, size + 1, size + 2, variant), 3);
        problem.a[3] = kInfinity;
        problem.b[7] = 0;  // infinity * 0 must not be skipped
        problem.b[size_t(size)] = kNaN;
        const std::vector<float> result = problem.run(1);
        const Gemm& g = problem.gemm;
        int wrong = 0;
        for (int64_t i = 0; i < g.m; ++i) {
          for (int64_t j = 0; j < g.n; ++j) {
            float expected = 0;
            for (int64_t p = 0; p < g.k; ++p) expected += problem.a_at(i, p) * problem.b_at(p, j);
            if (g.activation == Gemm::Activation::relu && expected < 0) expected = 0;
            if (g.has_relu_mask && !(problem.mask[size_t(i * g.ldc + j)] > 0)) expected = 0;
            const float got = result[size_t(i * g.ldc + j)];
            wrong += std::isnan(expected) != std::isnan(got) || std::isinf(expected) != std::isinf(got);
          }
        }
        EXPECT_EQ(wrong, 0) << describe(g);
      }
    }
  });
}

TEST(Gemm, TinyProductsNeedNoWorkspace) {
  EXPECT_EQ(gemm_workspace(make_gemm(32, 16, 4, 0), 1), 0u);
  EXPECT_EQ(gemm_workspace(make_gemm(16, 3, 32, 1), 1), 0u);
}

}  // namespace
}  // namespace cajal::cpu
