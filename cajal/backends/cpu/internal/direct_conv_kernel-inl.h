// The micro-kernels of direct convolution: tiles of the result, whose rows read the images wherever they lie.
// Compiled once per SIMD target.

#if defined(CAJAL_BACKENDS_CPU_DIRECT_CONV_KERNEL_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CAJAL_BACKENDS_CPU_DIRECT_CONV_KERNEL_INL_H_
#undef CAJAL_BACKENDS_CPU_DIRECT_CONV_KERNEL_INL_H_
#else
#define CAJAL_BACKENDS_CPU_DIRECT_CONV_KERNEL_INL_H_
#endif

#include <array>
#include <cstdint>
#include <utility>

#include "cajal/backends/cpu/internal/conv_finish-inl.h"
#include "cajal/backends/cpu/internal/gemm_kernel-inl.h"

HWY_BEFORE_NAMESPACE();
namespace cajal::cpu {
namespace HWY_NAMESPACE {
namespace {  // the names are short, and other kernels may choose the same

// Contiguous elements of each of a tile's rows, and the rows of B that they meet.
struct ConvSegment {
  int64_t b_row, depth;
};

// One call of a micro-kernel: results[rows, columns] = finish(A B), A's rows being cut into segments that lie anywhere.
struct ScatteredTile {
  const float* const* a;  // [count][kMaxRows]: where the rows' segments begin
  const ConvSegment* segments;
  int64_t count;
  const float* b;
  int64_t b_stride;
  float* result;
  const int64_t* places;  // of the rows in the result, and in what has its shape
  int64_t column;         // the tile's first, in a row of the result
  int64_t last;           // lanes of the last vector that exist, where the kernel is a partial one
  const ConvFinish* finish;
};

using ScatteredKernel = void (*)(const ScatteredTile&) noexcept;

// Walks along k over rows that begin anywhere.
template <int kRows>
class Scattered {
 public:
  HWY_INLINE explicit Scattered(const float* const* rows) {
    CAJAL_UNROLL
    for (int r = 0; r < kRows; ++r) rows_[r] = rows[r];
  }
  HWY_INLINE float operator[](int row) const { return rows_[row][k_]; }
  HWY_INLINE void advance() { ++k_; }

 private:
  const float* rows_[kRows];
  int64_t k_ = 0;
};

template <int kRows, int kVectors, bool kIsPartial>
void multiply_scattered(const ScatteredTile& tile) noexcept {
  Accumulators<kRows, kVectors, kIsPartial> sums(tile.last);
  for (int64_t s = 0; s < tile.count; ++s)
    sums.multiply(Scattered<kRows>(tile.a + s * kMaxRows), tile.b + tile.segments[s].b_row * tile.b_stride,
                  tile.b_stride, tile.segments[s].depth);
  const auto change = [&](auto step) HWY_ATTR {
    sums.for_each([&](int r, int v, V x) HWY_ATTR { return step(tile.column, tile.places[r] + tile.column, v, x); });
  };
  apply_finish(*tile.finish, change, [&](int v, const float* from) HWY_ATTR { return sums.load(v, from); });
  CAJAL_UNROLL
  for (int r = 0; r < kRows; ++r) sums.store_row(r, tile.result + tile.places[r] + tile.column);
}

// One call of a micro-kernel of the kernel's gradient: sums[rows, columns] (+)= the products along the steps.
struct ListedTile {
  const float* a;        // the tile's rows lie side by side, at each step's place from here
  const float* b;        // packed
  const int32_t* steps;  // [count][2]: places in A and B
  int64_t count;
  float* sums;
  int64_t sums_stride;
  int64_t last;  // lanes of the last vector that exist, where the kernel is a partial one
  bool accumulate;
};

using ListedKernel = void (*)(const ListedTile&) noexcept;

template <int kRows, int kVectors, bool kIsPartial>
void multiply_listed(const ListedTile& tile) noexcept {
  if (tile.accumulate) {
    CAJAL_UNROLL
    for (int r = 0; r < kRows; ++r) {
      CAJAL_UNROLL
      for (int v = 0; v < kVectors; v += kVectorsPerLine) hwy::Prefetch(tile.sums + r * tile.sums_stride + v * kLanes);
    }
  }
  Accumulators<kRows, kVectors, kIsPartial> sums(tile.last);
  sums.multiply_listed(tile.a, tile.b, tile.steps, tile.count);
  if (tile.accumulate)
    sums.for_each([&](int r, int v, V x)
                      HWY_ATTR { return hn::Add(x, sums.load(v, tile.sums + r * tile.sums_stride)); });
  CAJAL_UNROLL
  for (int r = 0; r < kRows; ++r) sums.store_row(r, tile.sums + r * tile.sums_stride);
}

// Both kinds, by vectors - 1 and rows - 1.
template <class Kernel>
using ConvKernels = std::array<std::array<Kernel, kMaxRows>, kMaxVectors>;

template <bool kIsPartial, int kVectors, int... kRow>
constexpr std::array<ScatteredKernel, kMaxRows> scattered_of_width(std::integer_sequence<int, kRow...>) {
  return {&multiply_scattered<kRow + 1, kVectors, kIsPartial>...};
}
template <bool kIsPartial, int... kVector>
constexpr ConvKernels<ScatteredKernel> scattered_kernels(std::integer_sequence<int, kVector...>) {
  return {scattered_of_width<kIsPartial, kVector + 1>(std::make_integer_sequence<int, kMaxRows>())...};
}
template <bool kIsPartial, int kVectors, int... kRow>
constexpr std::array<ListedKernel, kMaxRows> listed_of_width(std::integer_sequence<int, kRow...>) {
  return {&multiply_listed<kRow + 1, kVectors, kIsPartial>...};
}
template <bool kIsPartial, int... kVector>
constexpr ConvKernels<ListedKernel> listed_kernels(std::integer_sequence<int, kVector...>) {
  return {listed_of_width<kIsPartial, kVector + 1>(std::make_integer_sequence<int, kMaxRows>())...};
}

inline ScatteredKernel find_scattered_kernel(bool is_partial, int64_t vectors, int64_t rows) {
  constexpr auto all = std::make_integer_sequence<int, kMaxVectors>();
  static constexpr ConvKernels<ScatteredKernel> kKernels[2] = {scattered_kernels<false>(all),
                                                               scattered_kernels<true>(all)};
  return kKernels[is_partial][size_t(vectors - 1)][size_t(rows - 1)];
}

inline ListedKernel find_listed_kernel(bool is_partial, int64_t vectors, int64_t rows) {
  constexpr auto all = std::make_integer_sequence<int, kMaxVectors>();
  static constexpr ConvKernels<ListedKernel> kKernels[2] = {listed_kernels<false>(all), listed_kernels<true>(all)};
  return kKernels[is_partial][size_t(vectors - 1)][size_t(rows - 1)];
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace cajal::cpu
HWY_AFTER_NAMESPACE();

#endif  // CAJAL_BACKENDS_CPU_DIRECT_CONV_KERNEL_INL_H_
