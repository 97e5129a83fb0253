// Copies that bring parts of the operands into the order that the micro-kernels read, and the sums of B's columns.
// Compiled once per SIMD target.

#if defined(CAJAL_BACKENDS_CPU_GEMM_PACK_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CAJAL_BACKENDS_CPU_GEMM_PACK_INL_H_
#undef CAJAL_BACKENDS_CPU_GEMM_PACK_INL_H_
#else
#define CAJAL_BACKENDS_CPU_GEMM_PACK_INL_H_
#endif

#include <algorithm>
#include <cstdint>

#include "cajal/backends/cpu/internal/gemm.h"
#include "cajal/backends/cpu/internal/gemm_kernel-inl.h"

HWY_BEFORE_NAMESPACE();
namespace cajal::cpu {
namespace HWY_NAMESPACE {
namespace {  // the names are short, and other kernels may choose the same

HWY_INLINE void copy_row(const float* from, int64_t count, float* to) {
  int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) hn::StoreU(hn::LoadU(d, from + i), d, to + i);
  if (i < count) {
    const Partial partial(count - i);
    partial.store(partial.load(from + i), to + i);
  }
}

inline void copy_rows(const float* from, int64_t from_stride, int64_t rows, int64_t columns, float* to,
                      int64_t to_stride) {
  for (int64_t r = 0; r < rows; ++r) copy_row(from + r * from_stride, columns, to + r * to_stride);
}

#if HWY_TARGET == HWY_SCALAR
constexpr int kTransposeDepth = 1;

template <class Use>
HWY_INLINE void transpose_tile(const float* from, int64_t, Use use) {
  use(0, hn::LoadU(d, from));
}
#else
constexpr int kTransposeDepth = 4;

// Groups of four floats, one from each fourth row, side by side in a vector.
template <class Tag>
HWY_INLINE hn::Vec<Tag> load_groups(Tag tag, const float* from, int64_t stride) {
  constexpr int lanes = int(hn::MaxLanes(Tag()));
  if constexpr (lanes == 4) {
    return hn::LoadU(tag, from);
  } else {
    const hn::Half<Tag> half;
    return hn::Combine(tag, load_groups(half, from + lanes / 2 * stride, stride), load_groups(half, from, stride));
  }
}

// Reads four elements of each of kLanes rows and calls use(i, vector of element i of all rows): a transposition in
// registers that crosses 128-bit blocks only in the loads.
template <class Use>
HWY_INLINE void transpose_tile(const float* from, int64_t stride, Use use) {
  const V row0 = load_groups(d, from, stride), row1 = load_groups(d, from + stride, stride);
  const V row2 = load_groups(d, from + 2 * stride, stride), row3 = load_groups(d, from + 3 * stride, stride);
  const V even_low = hn::InterleaveLower(d, row0, row2), odd_low = hn::InterleaveLower(d, row1, row3);
  const V even_high = hn::InterleaveUpper(d, row0, row2), odd_high = hn::InterleaveUpper(d, row1, row3);
  use(0, hn::InterleaveLower(d, even_low, odd_low));
  use(1, hn::InterleaveUpper(d, even_low, odd_low));
  use(2, hn::InterleaveLower(d, even_high, odd_high));
  use(3, hn::InterleaveUpper(d, even_high, odd_high));
}
#endif

// to[c][r] = from[r][c]
inline void transpose(const float* from, int64_t from_stride, int64_t rows, int64_t columns, float* to,
                      int64_t to_stride) {
  int64_t r = 0;
  if (columns >= kTransposeDepth) {
    for (; r + kLanes <= rows; r += kLanes) {
      const float* source = from + r * from_stride;
      for (int64_t column = 0; column < columns; column += kTransposeDepth) {
        // The last group overlaps the one before it where the columns are no multiple of the depth.
        const int64_t c = std::min(column, columns - kTransposeDepth);
        transpose_tile(source + c, from_stride,
                       [&](int i, V v) HWY_ATTR { hn::StoreU(v, d, to + (c + i) * to_stride + r); });
      }
    }
  }
  for (; r < rows; ++r) {
    for (int64_t c = 0; c < columns; ++c) to[c * to_stride + r] = from[r * from_stride + c];
  }
}

// sums[j] = sum of B[k, j] over k, as four interleaved sums that are added in the end: one alone would wait for each
// addition. The order is the same for every column, however the columns are shared out.
template <int kVectors, class Load>
HWY_INLINE void sum_columns(const float* b, int64_t stride, int64_t depth, Load load, V (&total)[kVectors]) {
  V sum[4][kVectors];
  CAJAL_UNROLL
  for (int s = 0; s < 4; ++s) {
    CAJAL_UNROLL
    for (int v = 0; v < kVectors; ++v) sum[s][v] = hn::Zero(d);
  }
  int64_t k = 0;
  for (; k + 4 <= depth; k += 4, b += 4 * stride) {
    CAJAL_UNROLL
    for (int s = 0; s < 4; ++s) {
      CAJAL_UNROLL
      for (int v = 0; v < kVectors; ++v) sum[s][v] = hn::Add(sum[s][v], load(b + s * stride + v * kLanes));
    }
  }
  for (; k < depth; ++k, b += stride) {
    CAJAL_UNROLL
    for (int v = 0; v < kVectors; ++v) sum[0][v] = hn::Add(sum[0][v], load(b + v * kLanes));
  }
  CAJAL_UNROLL
  for (int v = 0; v < kVectors; ++v) total[v] = hn::Add(hn::Add(sum[0][v], sum[1][v]), hn::Add(sum[2][v], sum[3][v]));
}

template <int kVectors>
HWY_INLINE void write_sums_of_vectors(const float* b, int64_t stride, int64_t depth, float* sums) {
  V total[kVectors];
  sum_columns(
      b, stride, depth, [](const float* from) HWY_ATTR { return hn::LoadU(d, from); }, total);
  CAJAL_UNROLL
  for (int v = 0; v < kVectors; ++v) hn::StoreU(total[v], d, sums + v * kLanes);
}

// The sums of columns begin to end of B.
inline void write_column_sums(const Gemm& gemm, const GemmOperands& operands, int64_t begin, int64_t end) {
  const float* b = operands.b;
  float* sums = operands.column_sums;
  int64_t j = begin;
  for (; j + 2 * kLanes <= end; j += 2 * kLanes) write_sums_of_vectors<2>(b + j, gemm.ldb, gemm.k, sums + j);
  for (; j + kLanes <= end; j += kLanes) write_sums_of_vectors<1>(b + j, gemm.ldb, gemm.k, sums + j);
  if (j < end) {
    const Partial partial(end - j);
    V total[1];
    sum_columns(
        b + j, gemm.ldb, gemm.k, [&](const float* from) HWY_ATTR { return partial.load(from); }, total);
    partial.store(total[0], sums + j);
  }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace cajal::cpu
HWY_AFTER_NAMESPACE();

#endif  // CAJAL_BACKENDS_CPU_GEMM_PACK_INL_H_
