// Products so small that what surrounds the arithmetic would cost more than the arithmetic: one pass, nothing cut,
// nothing copied but a transposed B. Compiled once per SIMD target.

#if defined(CAJAL_BACKENDS_CPU_GEMM_SMALL_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CAJAL_BACKENDS_CPU_GEMM_SMALL_INL_H_
#undef CAJAL_BACKENDS_CPU_GEMM_SMALL_INL_H_
#else
#define CAJAL_BACKENDS_CPU_GEMM_SMALL_INL_H_
#endif

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "cajal/backends/cpu/internal/gemm.h"
#include "cajal/backends/cpu/internal/gemm_kernel-inl.h"
#include "cajal/backends/cpu/internal/gemm_pack-inl.h"

HWY_BEFORE_NAMESPACE();
namespace cajal::cpu {
namespace HWY_NAMESPACE {
namespace {  // the names are short, and other kernels may choose the same

// So many multiplications (10 microseconds of work at the very most) can be a small product.
constexpr int64_t kSmallWork = 64 * 1024;
// Floats of a column panel of B that are copied to the stack, where it must be.
constexpr int64_t kSmallPanel = 2048;

// So many rows of B, one vector wide, stay in registers beside kRowsAtOnce rows of C. That many rows at a time hide the
// latency of the multiply-add; more would cost more in addresses than they gain.
#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX3_DL || HWY_ARCH_ARM_A64
constexpr int kMaxSteps = 16;  // of 32 registers
#else
constexpr int kMaxSteps = 8;  // of 16
#endif
constexpr int kRowsAtOnce = 4;

template <int kRows, int kSteps, bool kIsPartial>
HWY_INLINE void multiply_rows(const Tile& tile, int64_t row, const V (&b)[kSteps], V bias, Partial partial) {
  const float* a[kRows];
  CAJAL_UNROLL
  for (int r = 0; r < kRows; ++r) {
    a[r] = tile.a + (row + r) * tile.a_stride;
    // Hides where the pointer came from: compilers otherwise keep all kRows * kSteps offsets, and run out of registers.
    asm("" : "+r"(a[r]));
  }
  float* c = tile.c + row * tile.c_stride;
  const auto load = [&](const float* from) HWY_ATTR { return kIsPartial ? partial.load(from) : hn::LoadU(d, from); };
  V x[kRows];
  CAJAL_UNROLL
  for (int k = 0; k < kSteps; ++k) {
    CAJAL_UNROLL
    for (int r = 0; r < kRows; ++r) {
      const V element = hn::Set(d, a[r][k]);
      x[r] = k == 0 ? hn::Mul(element, b[k]) : hn::MulAdd(element, b[k], x[r]);
    }
  }
  const auto for_each_row = [&](auto change) HWY_ATTR {
    CAJAL_UNROLL
    for (int r = 0; r < kRows; ++r) x[r] = change(r, x[r]);
  };
  if (tile.accumulate) {
    for_each_row([&](int r, V sum) HWY_ATTR { return hn::Add(sum, load(c + r * tile.c_stride)); });
  }
  if (tile.bias) for_each_row([&](int, V sum) HWY_ATTR { return hn::Add(sum, bias); });
  if (tile.relu) for_each_row([&](int, V sum) HWY_ATTR { return relu(sum); });
  if (tile.mask) {
    const float* mask = tile.mask + row * tile.c_stride;
    for_each_row([&](int r, V sum) HWY_ATTR { return where_positive(load(mask + r * tile.c_stride), sum); });
  }
  CAJAL_UNROLL
  for (int r = 0; r < kRows; ++r) {
    float* to = c + r * tile.c_stride;
    if constexpr (kIsPartial) {
      partial.store(x[r], to);
    } else {
      hn::StoreU(x[r], d, to);
    }
  }
}

// C[rows, one vector] with k = kSteps.
template <int kSteps, bool kIsPartial>
void multiply_few_steps(const Tile& tile, int64_t rows) noexcept {
  const Partial partial(tile.last);
  V b[kSteps];
  CAJAL_UNROLL
  for (int k = 0; k < kSteps; ++k) {
    const float* row = tile.b + k * tile.b_stride;
    b[k] = kIsPartial && kPartialLoadsAreFree ? partial.load(row) : hn::LoadU(d, row);
  }
  V bias = hn::Zero(d);
  if (tile.bias) bias = kIsPartial ? partial.load(tile.bias) : hn::LoadU(d, tile.bias);
  int64_t row = 0;
  for (; row + kRowsAtOnce <= rows; row += kRowsAtOnce) {
    multiply_rows<kRowsAtOnce, kSteps, kIsPartial>(tile, row, b, bias, partial);
  }
  for (; row < rows; ++row) multiply_rows<1, kSteps, kIsPartial>(tile, row, b, bias, partial);
}

using FewStepsKernel = void (*)(const Tile&, int64_t rows) noexcept;

template <bool kIsPartial, int... kStep>
constexpr std::array<FewStepsKernel, kMaxSteps> few_steps_kernels(std::integer_sequence<int, kStep...>) {
  return {&multiply_few_steps<kStep + 1, kIsPartial>...};
}

inline FewStepsKernel find_few_steps_kernel(bool is_partial, int64_t steps) {
  constexpr auto all = std::make_integer_sequence<int, kMaxSteps>();
  static constexpr std::array<FewStepsKernel, kMaxSteps> kKernels[2] = {few_steps_kernels<false>(all),
                                                                        few_steps_kernels<true>(all)};
  return kKernels[is_partial][size_t(steps - 1)];
}

// All rows of one column panel by micro-kernels, in panels of nearly equal height.
HWY_INLINE void multiply_row_panels(Tile& tile, const GemmPlan& plan, bool is_partial, int64_t vectors) {
  const int64_t a_step = plan.transpose_a ? 1 : tile.a_stride;
  for (int64_t row = 0, panel = 0; row < plan.m; ++panel) {
    const int64_t rows = plan.row_panel - (panel >= plan.full_row_panels);
    find_kernel(plan.transpose_a, is_partial, vectors, rows)(tile);
    row += rows;
    tile.a += rows * a_step;
    tile.c += rows * tile.c_stride;
    if (tile.mask) tile.mask += rows * tile.c_stride;
  }
}

inline void run_small(const GemmPlan& plan, const GemmOperands& operands) noexcept {
  const Gemm& gemm = plan.gemm;
  const bool few_steps = plan.few_steps;
  const int64_t width = few_steps ? kLanes : kMaxColumns;
  HWY_ALIGN float packed[kSmallPanel];
  for (int64_t j = 0; j < plan.n; j += width) {
    const int64_t columns = std::min(width, plan.n - j), last = columns % kLanes;
    const int64_t vectors = (columns + kLanes - 1) / kLanes;
    Tile tile = {.a = operands.a,
                 .a_stride = gemm.lda,
                 .b = operands.b + j,
                 .b_stride = gemm.ldb,
                 .depth = gemm.k,
                 .c = operands.c + j,
                 .c_stride = gemm.ldc,
                 .last = last,
                 .accumulate = gemm.accumulate,
                 .relu = gemm.activation == Gemm::Activation::relu,
                 .bias = gemm.has_bias ? operands.bias + j : nullptr,
                 .mask = gemm.has_relu_mask ? operands.mask + j : nullptr};
    if (plan.pack_b) {
      tile.b = packed;
      tile.b_stride = vectors * kLanes;
      if (gemm.transpose_b) {
        transpose(operands.b + j * gemm.ldb, gemm.ldb, columns, gemm.k, packed, tile.b_stride);
      } else {
        copy_rows(operands.b + j, gemm.ldb, gemm.k, columns, packed, tile.b_stride);
      }
    }
    if (few_steps) {
      find_few_steps_kernel(last != 0, gemm.k)(tile, gemm.m);
    } else {
      multiply_row_panels(tile, plan, last != 0, vectors);
    }
  }
  if (gemm.has_column_sums) write_column_sums(gemm, operands, 0, plan.n);
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace cajal::cpu
HWY_AFTER_NAMESPACE();

#endif  // CAJAL_BACKENDS_CPU_GEMM_SMALL_INL_H_
