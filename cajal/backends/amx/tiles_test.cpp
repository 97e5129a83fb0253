// What is built of tiles, with plain tiles on every machine and with the CPU's where it has them: against plain loops
// in double, on sizes that fill blocks and on such that do not.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

#include "cajal/backends/amx/internal/conv.h"
#include "cajal/backends/amx/internal/kernel_gradient.h"
#include "cajal/backends/amx/internal/product.h"
#include "cajal/base/parallel.h"

namespace cajal::amx {
namespace {

template <class Tiles>
class TilesTest : public testing::Test {
 protected:
  void SetUp() override {
#ifdef CAJAL_HAS_AMX
    if (std::is_same_v<Tiles, HardwareTiles> && !why_no_tiles().empty()) GTEST_SKIP() << why_no_tiles();
#endif
  }
  void TearDown() override { set_threads(before_); }
  int before_ = threads();
};

#ifdef CAJAL_HAS_AMX
using Makings = testing::Types<PlainTiles, HardwareTiles>;
#else
using Makings = testing::Types<PlainTiles>;
#endif
TYPED_TEST_SUITE(TilesTest, Makings);

std::vector<bfloat16> draw(int64_t count, uint64_t seed) {
  std::vector<bfloat16> out(static_cast<size_t>(count));
  uint64_t state = seed * 2654435761u + 12345;
  for (bfloat16& x : out) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    x = bfloat16(float(double(state >> 40) * 0x1p-23 - 1));
  }
  return out;
}

// Memory as kernels are given it: aligned, and full of what is no number.
class Memory {
 public:
  explicit Memory(size_t bytes) : lines_(bytes / 64 + 1) { std::memset(data(), 0xFF, lines_.size() * 64); }
  std::byte* data() { return reinterpret_cast<std::byte*>(lines_.data()); }

 private:
  struct alignas(64) Line {
    std::byte bytes[64];
  };
  std::vector<Line> lines_;
};

ConvAxis axis(int64_t image, int64_t kernel, int64_t stride, int64_t low, int64_t high, int64_t dilation) {
  ConvAxis out{image, kernel, 0, stride, low, dilation};
  out.result = (image + low + high - out.reach()) / stride + 1;
  return out;
}

struct Products {
  std::vector<double> sums, sizes;  // and the sums of their absolute values
};

// Calls visit(image's place, kernel's place, result's place) for each product of a convolution.
template <class Visit>
void each_product(const ConvGeometry& s, const Visit& visit) {
  const ConvAxis &h = s.height, &w = s.width;
  for (int64_t n = 0; n < s.batch; ++n)
    for (int64_t y = 0; y < h.result; ++y)
      for (int64_t x = 0; x < w.result; ++x)
        for (int64_t i = 0; i < h.kernel; ++i)
          for (int64_t j = 0; j < w.kernel; ++j) {
            const int64_t row = y * h.stride + i * h.dilation - h.low, column = x * w.stride + j * w.dilation - w.low;
            if (row < 0 || row >= h.image || column < 0 || column >= w.image) continue;
            const int64_t image = ((n * h.image + row) * w.image + column) * s.channels;
            const int64_t result = ((n * h.result + y) * w.result + x) * s.filters;
            const int64_t kernel = (i * w.kernel + j) * s.channels * s.filters;
            for (int64_t c = 0; c < s.channels; ++c)
              for (int64_t f = 0; f < s.filters; ++f) visit(image + c, kernel + c * s.filters + f, result + f);
          }
}

int64_t image_count(const ConvGeometry& s) { return s.batch * s.image_size(); }
int64_t result_count(const ConvGeometry& s) { return s.batch * s.result_size(); }

void add(Products& to, int64_t at, bfloat16 a, bfloat16 b) {
  const double product = double(float(a)) * double(float(b));
  to.sums[size_t(at)] += product, to.sizes[size_t(at)] += std::abs(product);
}
Products nothing(int64_t count) { return {std::vector<double>(size_t(count)), std::vector<double>(size_t(count))}; }

void expect_near(const std::vector<float>& given, const Products& wanted) {
  ASSERT_EQ(given.size(), wanted.sums.size());
  for (size_t i = 0; i < given.size(); ++i)
    ASSERT_LE(std::abs(given[i] - wanted.sums[i]), 2e-6 * wanted.sizes[i]) << "at " << i;
}

std::vector<ConvGeometry> geometries() {
  return {{16, 32, 32, 1, axis(4, 3, 1, 1, 1, 1), axis(4, 3, 1, 1, 1, 1)},
          {19, 40, 50, 1, axis(5, 3, 1, 1, 1, 1), axis(7, 3, 1, 1, 1, 1)},
          {33, 16, 70, 1, axis(6, 3, 2, 0, 1, 1), axis(9, 5, 2, 2, 2, 1)},
          {17, 33, 16, 1, axis(8, 3, 1, 2, 2, 2), axis(8, 3, 1, 2, 2, 2)},
          {5, 3, 17, 1, axis(1, 1, 1, 0, 0, 1), axis(13, 4, 1, 1, 2, 1)},
          {32, 64, 32, 1, axis(3, 3, 1, 0, 0, 1), axis(3, 3, 1, 0, 0, 1)},
          {16, 48, 32, 1, axis(40, 3, 1, 1, 1, 1), axis(40, 3, 1, 1, 1, 1)},
          {64, 20, 12, 1, axis(2, 2, 1, 0, 0, 1), axis(3, 2, 1, 0, 0, 1)}};
}

template <class Tiles>
std::vector<float> convolved(const ConvCall& call, const std::vector<bfloat16>& image,
                             const std::vector<bfloat16>& kernel, int64_t results, int count,
                             const Finish& steps = {}) {
  set_threads(count);
  const ConvPlan plan = plan_conv(call, count);
  Memory workspace(plan.workspace());
  std::vector<float> out(static_cast<size_t>(results), NAN);
  run_conv<Tiles>(plan, {.image = image.data(),
                         .kernel = kernel.data(),
                         .result = out.data(),
                         .steps = steps,
                         .workspace = workspace.data()});
  return out;
}

TYPED_TEST(TilesTest, Convolution) {
  for (const ConvGeometry& s : geometries()) {
    const auto x = draw(image_count(s), 1), w = draw(s.kernel_size(), 2);
    Products wanted = nothing(result_count(s));
    each_product(s, [&](int64_t image, int64_t kernel, int64_t result) {
      add(wanted, result, x[size_t(image)], w[size_t(kernel)]);
    });
    const auto given = convolved<TypeParam>({ConvKind::forward, s}, x, w, result_count(s), 1);
    expect_near(given, wanted);
    for (const int count : {2, 3})
      EXPECT_EQ(convolved<TypeParam>({ConvKind::forward, s}, x, w, result_count(s), count), given);
  }
}

TYPED_TEST(TilesTest, GradientOfTheImage) {
  int proved = 0;
  for (const ConvGeometry& s : geometries()) {
    if (!can_conv({ConvKind::input_gradient, s})) continue;
    const auto dy = draw(result_count(s), 1), w = draw(s.kernel_size(), 2);
    Products wanted = nothing(image_count(s));
    each_product(s, [&](int64_t image, int64_t kernel, int64_t result) {
      add(wanted, image, dy[size_t(result)], w[size_t(kernel)]);
    });
    expect_near(convolved<TypeParam>({ConvKind::input_gradient, s}, dy, w, image_count(s), 2), wanted);
    ++proved;
  }
  EXPECT_GE(proved, 5);
}

template <class Tiles>
std::vector<float> kernel_gradient(const ConvGeometry& s, const std::vector<bfloat16>& x,
                                   const std::vector<bfloat16>& dy, int count) {
  set_threads(count);
  const KernelGradientPlan plan = plan_kernel_gradient(s, count);
  Memory workspace(plan.workspace());
  std::vector<float> out(static_cast<size_t>(s.kernel_size()), NAN);
  run_kernel_gradient<Tiles>(plan, x.data(), dy.data(), out.data(), workspace.data());
  return out;
}

TYPED_TEST(TilesTest, GradientOfTheKernel) {
  auto all = geometries();
  all.push_back({100, 40, 24, 1, {}, {}});                                        // one place
  all.push_back({6, 16, 48, 1, axis(9, 1, 1, 0, 0, 1), axis(7, 1, 1, 0, 0, 1)});  // flattened
  all.push_back({6, 16, 48, 1, axis(9, 1, 2, 0, 0, 1), axis(7, 1, 2, 0, 0, 1)});  // not
  for (const ConvGeometry& s : all) {
    const auto x = draw(image_count(s), 1), dy = draw(result_count(s), 2);
    Products wanted = nothing(s.kernel_size());
    each_product(s, [&](int64_t image, int64_t kernel, int64_t result) {
      add(wanted, kernel, x[size_t(image)], dy[size_t(result)]);
    });
    const auto given = kernel_gradient<TypeParam>(s, x, dy, 1);
    expect_near(given, wanted);
    for (const int count : {2, 3}) EXPECT_EQ(kernel_gradient<TypeParam>(s, x, dy, count), given);
  }
}

// First layers, as products of what each place sees.
TYPED_TEST(TilesTest, Patches) {
  const std::vector<ConvGeometry> all = {{3, 3, 40, 1, axis(9, 3, 1, 1, 1, 1), axis(11, 3, 1, 1, 1, 1)},
                                         {2, 1, 16, 1, axis(12, 5, 2, 2, 2, 1), axis(40, 5, 2, 1, 2, 1)},
                                         {5, 2, 33, 1, axis(1, 1, 1, 0, 0, 1), axis(50, 7, 3, 0, 0, 1)},
                                         {1, 8, 20, 1, axis(20, 8, 4, 0, 3, 1), axis(70, 8, 1, 4, 3, 1)}};
  for (const ConvGeometry& s : all) {
    ASSERT_TRUE(can_make_patches(s));
    const int64_t patch = s.height.kernel * s.width.kernel * s.channels;
    const auto x = draw(image_count(s), 1), w = draw(s.kernel_size(), 2), dy = draw(result_count(s), 3);
    Products forward = nothing(result_count(s)), gradient = nothing(s.kernel_size());
    each_product(s, [&](int64_t image, int64_t kernel, int64_t result) {
      add(forward, result, x[size_t(image)], w[size_t(kernel)]);
      add(gradient, kernel, x[size_t(image)], dy[size_t(result)]);
    });
    const auto run = [&](const ProductSizes& sizes, const std::vector<bfloat16>& b, int count) {
      set_threads(count);
      const ProductPlan plan = plan_product(sizes, count, false, Patches(s));
      Memory workspace(plan.workspace());
      std::vector<float> out(size_t(sizes.m * sizes.n), NAN);
      run_product<TypeParam>(
          plan, {.a = x.data(), .b = b.data(), .result = out.data(), .steps = {}, .workspace = workspace.data()});
      return out;
    };
    for (const int count : {1, 3}) {
      expect_near(run({.m = s.places(), .n = s.filters, .k = patch}, w, count), forward);
      expect_near(run({.m = patch, .n = s.filters, .k = s.places(), .transpose_a = true}, dy, count), gradient);
    }
  }
}

std::vector<ProductSizes> product_cases() {
  std::vector<ProductSizes> out;
  for (const bool a : {false, true})
    for (const bool b : {false, true})
      for (const auto& [m, n, k] : {std::array<int64_t, 3>{32, 32, 32},
                                    {7, 100, 45},
                                    {64, 96, 64},
                                    {330, 20, 70},
                                    {33, 31, 2100},
                                    {200, 20, 40000},
                                    {1, 1, 1}})
        out.push_back({m, n, k, a, b});
  return out;
}

struct ProductRun {
  std::vector<float> result, column_sums;
  friend bool operator==(const ProductRun&, const ProductRun&) = default;
};

template <class Tiles>
ProductRun multiplied(const ProductSizes& s, const std::vector<bfloat16>& a, const std::vector<bfloat16>& b, int count,
                      bool packs_once) {
  set_threads(count);
  const ProductPlan plan = plan_product(s, count, packs_once);
  Memory workspace(plan.workspace()), packed(plan.packed_bytes);
  ProductRun out{std::vector<float>(size_t(s.m * s.n), NAN), {}};
  ProductOperands operands = {
      .a = a.data(), .b = b.data(), .result = out.result.data(), .steps = {}, .workspace = workspace.data()};
  if (packs_once && plan.packed_bytes > 0) {
    pack_product<Tiles>(plan, b.data(), packed.data());
    operands.packed = packed.data(), operands.b = nullptr;
  } else if (!s.transpose_b) {
    out.column_sums.assign(size_t(s.n), NAN);
    operands.column_sums = out.column_sums.data();
  }
  run_product<Tiles>(plan, operands);
  return out;
}

TYPED_TEST(TilesTest, Product) {
  for (const ProductSizes& s : product_cases()) {
    const auto a = draw(s.m * s.k, 1), b = draw(s.k * s.n, 2);
    Products wanted = nothing(s.m * s.n), columns = nothing(s.n);
    for (int64_t k = 0; k < s.k; ++k)
      for (int64_t n = 0; n < s.n; ++n) {
        const bfloat16 y = b[size_t(s.transpose_b ? n * s.k + k : k * s.n + n)];
        add(columns, n, y, bfloat16(1.0f));
        for (int64_t m = 0; m < s.m; ++m)
          add(wanted, m * s.n + n, a[size_t(s.transpose_a ? k * s.m + m : m * s.k + k)], y);
      }
    const ProductRun given = multiplied<TypeParam>(s, a, b, 1, false);
    expect_near(given.result, wanted);
    if (!s.transpose_b) expect_near(given.column_sums, columns);
    for (const int count : {2, 3}) EXPECT_EQ(multiplied<TypeParam>(s, a, b, count, false), given);
    EXPECT_EQ(multiplied<TypeParam>(s, a, b, 2, true).result, given.result);
  }
}

// Every step behind a product, in both types, as the plain loops do them.
TYPED_TEST(TilesTest, Finish) {
  constexpr int64_t rows = 19, columns = 29, step = 40;
  std::vector<float> sums(size_t(rows * kColumns)), more(size_t(rows * step));
  for (size_t i = 0; i < sums.size(); ++i) sums[i] = float(int(i * 7919 % 201) - 100) / 16;
  for (size_t i = 0; i < more.size(); ++i) more[i] = float(int(i * 104729 % 301) - 150) / 32;
  sums[3] = NAN, sums[4] = INFINITY, more[40] = NAN;
  const std::vector<bfloat16> half(more.begin(), more.end());
  const Strip strip{.sums = sums.data(), .rows = rows, .columns = columns, .channel = 2, .at = 5, .row_step = step};
  const float* const m = more.data();
  const Finish all[] = {{},
                        {.bias = m},
                        {.scale = m, .shift = m + 7},
                        {.residual = m, .relu = true},
                        {.bias = m, .relu = true, .limit = 2},
                        {.mask = m},
                        {.mask = m, .limit = 1},
                        {.bias = m, .relu = true, .half_residual = half.data()},
                        {.half_mask = half.data()}};
  for (const Finish& steps : all)
    for (const DType type : {DType::float32, DType::bfloat16}) {
      std::vector<float> given(more.size(), 7), wanted = given;
      TypeParam::movers().finish(steps, strip, given.data(), type);
      plain_movers().finish(steps, strip, wanted.data(), type);
      EXPECT_EQ(0, std::memcmp(given.data(), wanted.data(), given.size() * sizeof(float)));
    }
}

}  // namespace
}  // namespace cajal::amx
