// Products with few rows, as of a dense layer that predicts one sample: their time is that of reading B, which is read
// along its rows, several at a time, as memory gives it fastest. Compiled once per SIMD target.

#if defined(CAJAL_BACKENDS_CPU_GEMM_FEW_ROWS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CAJAL_BACKENDS_CPU_GEMM_FEW_ROWS_INL_H_
#undef CAJAL_BACKENDS_CPU_GEMM_FEW_ROWS_INL_H_
#else
#define CAJAL_BACKENDS_CPU_GEMM_FEW_ROWS_INL_H_
#endif

#include <algorithm>
#include <cstdint>

#include "cajal/backends/cpu/internal/gemm.h"
#include "cajal/backends/cpu/internal/gemm_kernel-inl.h"

HWY_BEFORE_NAMESPACE();
namespace cajal::cpu {
namespace HWY_NAMESPACE {
namespace {  // the names are short, and other kernels may choose the same

// Rows of C that count as few, and their columns whose sums stay in the first-level cache.
constexpr int kFewestRows = 4;
constexpr int64_t kStrip = 1024;

struct FewRows {
  const float* a;  // element (r, p) is a[r * a_row + p * a_step]
  int64_t a_row, a_step;
  const float* b;
  int64_t b_stride, depth, columns;
  float* sums;  // [rows][kStrip]
};

// Adds the products of steps [p, p + kSteps) to the sums; each is still one chain along k.
template <int kRows, int kSteps>
HWY_INLINE void add_steps(const FewRows& part, int64_t p) {
  V a[kRows][kSteps];
  CAJAL_UNROLL
  for (int r = 0; r < kRows; ++r) {
    CAJAL_UNROLL
    for (int s = 0; s < kSteps; ++s) a[r][s] = hn::Set(d, part.a[r * part.a_row + (p + s) * part.a_step]);
  }
  const float* b = part.b + p * part.b_stride;
  const auto add = [&](int64_t j, auto load) HWY_ATTR {
    V x[kRows];
    CAJAL_UNROLL
    for (int r = 0; r < kRows; ++r) x[r] = hn::LoadU(d, part.sums + r * kStrip + j);
    // Rows end where the hardware does not expect it.
    CAJAL_UNROLL
    for (int s = 0; s < kSteps; ++s) hwy::Prefetch(b + (kSteps + s) * part.b_stride + j);
    CAJAL_UNROLL
    for (int s = 0; s < kSteps; ++s) {
      const V row = load(b + s * part.b_stride + j);
      CAJAL_UNROLL
      for (int r = 0; r < kRows; ++r) x[r] = hn::MulAdd(a[r][s], row, x[r]);
    }
    CAJAL_UNROLL
    for (int r = 0; r < kRows; ++r) hn::StoreU(x[r], d, part.sums + r * kStrip + j);
  };
  const int64_t rest = part.columns % kLanes, whole = part.columns - rest;
  for (int64_t j = 0; j < whole; j += kLanes) add(j, [](const float* from) HWY_ATTR { return hn::LoadU(d, from); });
  const Partial partial(rest);
  if (rest > 0) add(whole, [&](const float* from) HWY_ATTR { return partial.load(from); });
}

template <int kRows>
void multiply_few_rows(const FewRows& part) noexcept {
  constexpr int kSteps = kRows <= 2 ? 8 : 4;  // as many as registers hold elements of A
  std::fill_n(part.sums, kRows * kStrip, 0.0f);
  int64_t p = 0;
  for (; p + kSteps <= part.depth; p += kSteps) add_steps<kRows, kSteps>(part, p);
  for (; p < part.depth; ++p) add_steps<kRows, 1>(part, p);
}

// C = epilogue(sums), for one row.
HWY_INLINE void finish_row(const Tile& tile, const float* sums, int64_t columns) {
  const auto finish = [&](int64_t j, auto load, auto store) HWY_ATTR {
    V x = hn::LoadU(d, sums + j);
    if (tile.accumulate) x = hn::Add(x, load(tile.c + j));
    if (tile.bias) x = hn::Add(x, load(tile.bias + j));
    if (tile.relu) x = relu(x);
    if (tile.mask) x = where_positive(load(tile.mask + j), x);
    store(x, tile.c + j);
  };
  const int64_t rest = columns % kLanes, whole = columns - rest;
  for (int64_t j = 0; j < whole; j += kLanes)
    finish(
        j, [](const float* from) HWY_ATTR { return hn::LoadU(d, from); },
        [](V x, float* to) HWY_ATTR { hn::StoreU(x, d, to); });
  const Partial partial(rest);
  if (rest > 0)
    finish(
        whole, [&](const float* from) HWY_ATTR { return partial.load(from); },
        [&](V x, float* to) HWY_ATTR { partial.store(x, to); });
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace cajal::cpu
HWY_AFTER_NAMESPACE();

#endif  // CAJAL_BACKENDS_CPU_GEMM_FEW_ROWS_INL_H_
