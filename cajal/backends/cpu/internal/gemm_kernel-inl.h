// Micro-kernels of the matrix product: a tile of C that lives in registers. Compiled once per SIMD target.

#if defined(CAJAL_BACKENDS_CPU_GEMM_KERNEL_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CAJAL_BACKENDS_CPU_GEMM_KERNEL_INL_H_
#undef CAJAL_BACKENDS_CPU_GEMM_KERNEL_INL_H_
#else
#define CAJAL_BACKENDS_CPU_GEMM_KERNEL_INL_H_
#endif

#include <array>
#include <cstdint>
#include <utility>

#include "cajal/backends/cpu/internal/narrow-inl.h"
#include "hwy/cache_control.h"
#include "hwy/highway.h"

// Loops over the registers of a tile must be unrolled completely, or the tile lands in memory. Short loops over steps
// whose counting is felt: by three, since first layers have three channels.
#undef CAJAL_UNROLL
#undef CAJAL_UNROLL_STEPS
#if defined(__clang__)
#define CAJAL_UNROLL _Pragma("clang loop unroll(full)")
#define CAJAL_UNROLL_STEPS _Pragma("clang loop unroll_count(3)")
#else
#define CAJAL_UNROLL _Pragma("GCC unroll 16")
#define CAJAL_UNROLL_STEPS _Pragma("GCC unroll 3")
#endif

HWY_BEFORE_NAMESPACE();
namespace cajal::cpu {
namespace HWY_NAMESPACE {
namespace {  // the names are short, and other kernels may choose the same

namespace hn = hwy::HWY_NAMESPACE;

using D = hn::ScalableTag<float>;
using V = hn::Vec<D>;
constexpr D d;
constexpr int kLanes = int(hn::MaxLanes(d));

// The tile: kMaxRows x (kMaxVectors * kLanes) elements, as large as the registers allow with kMaxVectors registers
// left for B and one for A, because each loaded element is then used most often.
#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX3_DL
constexpr int kMaxRows = 14, kMaxVectors = 2;  // 32 registers
#elif HWY_ARCH_ARM_A64
constexpr int kMaxRows = 8, kMaxVectors = 3;  // 32 registers, of 4 lanes
#elif HWY_TARGET == HWY_SCALAR
constexpr int kMaxRows = 4, kMaxVectors = 4;  // lets the compiler vectorise
#else
constexpr int kMaxRows = 6, kMaxVectors = 2;  // 16 registers
#endif
constexpr int kMaxColumns = kMaxVectors * kLanes;

// How many steps along k ahead of its use B is asked for: about a hundred cycles.
constexpr int64_t kPrefetchSteps = 8;
constexpr int kVectorsPerLine = kLanes < 16 ? 16 / kLanes : 1;

// Asks for memory that is to be written. What is asked for to be read, other cores may keep: then it is asked for
// twice.
HWY_INLINE void prefetch_to_write(const float* to) {
#if HWY_ARCH_X86_64 && HWY_TARGET <= HWY_AVX2 && (defined(__GNUC__) || defined(__clang__))
  asm volatile("prefetchw %0" ::"m"(*to));
#else
  hwy::Prefetch(to);
#endif
}

// Whether a partial vector can be loaded in the inner loop at the price of a whole one. Elsewhere matrices whose
// width is not a multiple of the lanes are copied first, with padding.
constexpr bool kPartialLoadsAreFree = HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX3_DL;

// The first `count` lanes of a vector in memory; nothing beyond them is touched.
#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX3_DL
class Partial {
 public:
  HWY_INLINE explicit Partial(int64_t count) : mask_(hn::FirstN(d, size_t(count))), count_(count) {}
  HWY_INLINE V load(const float* from) const { return hn::MaskedLoad(mask_, d, from); }
  HWY_INLINE void store(V v, float* to) const { hn::BlendedStore(v, mask_, d, to); }
  HWY_INLINE V load(const bfloat16* from) const { return load_some_widened(d, from, count_); }
  HWY_INLINE void store(V v, bfloat16* to) const { store_some_narrowed(v, d, to, count_); }

 private:
  hn::Mask<D> mask_;
  int64_t count_;
};
#else
class Partial {
 public:
  HWY_INLINE explicit Partial(int64_t count) : count_(count) {}
  HWY_INLINE V load(const float* from) const {
    HWY_ALIGN float lanes[kLanes] = {};
    for (int64_t i = 0; i < count_; ++i) lanes[i] = from[i];
    return hn::Load(d, lanes);
  }
  HWY_INLINE void store(V v, float* to) const {
    HWY_ALIGN float lanes[kLanes] = {};
    hn::Store(v, d, lanes);
    for (int64_t i = 0; i < count_; ++i) to[i] = lanes[i];
  }
  HWY_INLINE V load(const bfloat16* from) const { return load_some_widened(d, from, count_); }
  HWY_INLINE void store(V v, bfloat16* to) const { store_some_narrowed(v, d, to, count_); }

 private:
  int64_t count_;
};
#endif

// One call of a micro-kernel: C[rows, columns] = epilogue(A[rows, depth] B[depth, columns]).
struct Tile {
  const float* a;
  int64_t a_stride;
  const float* b;
  int64_t b_stride;
  int64_t depth;
  float* c;
  int64_t c_stride;
  int64_t last;  // lanes of the last vector that exist, where the kernel is a partial one
  bool accumulate;
  bool relu;
  const float* bias;  // of the first column, or null
  const float* mask;  // of the first element, or null; rows lie c_stride apart
};

using Kernel = void (*)(const Tile&) noexcept;

// Walks along k over A stored [rows, k]. Rows are reached from a pointer per three rows: as many as fit the addressing
// modes without a register per row.
template <int kRows>
class AlongRows {
 public:
  HWY_INLINE AlongRows(const float* a, int64_t stride) : stride_(stride) {
    CAJAL_UNROLL
    for (int i = 0; i < kBases; ++i) base_[i] = a + 3 * i * stride;
  }
  HWY_INLINE float operator[](int row) const { return base_[row / 3][row % 3 * stride_]; }
  HWY_INLINE void advance(int64_t by = 1) {
    CAJAL_UNROLL
    for (int i = 0; i < kBases; ++i) base_[i] += by;
  }

 private:
  static constexpr int kBases = (kRows + 2) / 3;
  const float* base_[kBases];
  int64_t stride_;
};

// Walks along k over A stored [k, rows].
template <int kRows>
class AlongColumns {
 public:
  HWY_INLINE AlongColumns(const float* a, int64_t stride) : a_(a), stride_(stride) {}
  HWY_INLINE float operator[](int row) const { return a_[row]; }
  HWY_INLINE void advance() { a_ += stride_; }

 private:
  const float* a_;
  int64_t stride_;
};

// relu that lets NaN through.
HWY_INLINE V relu(V x) { return hn::IfThenZeroElse(hn::Lt(x, hn::Zero(d)), x); }

HWY_INLINE V where_positive(V mask, V x) { return hn::IfThenElseZero(hn::Gt(mask, hn::Zero(d)), x); }

template <int kRows, int kVectors, bool kIsPartial>
class Accumulators {
 public:
  HWY_INLINE explicit Accumulators(int64_t last) : partial_(last) {
    CAJAL_UNROLL
    for (int r = 0; r < kRows; ++r) {
      CAJAL_UNROLL
      for (int v = 0; v < kVectors; ++v) sum_[r][v] = hn::Zero(d);
    }
  }

  template <class A>
  HWY_INLINE void multiply(A a, const float* HWY_RESTRICT b, int64_t b_stride, int64_t depth) {
    for (int64_t k = 0; k < depth; ++k) {
      V b_row[kVectors];
      CAJAL_UNROLL
      for (int v = 0; v < kVectors; ++v) b_row[v] = load_b(v, b);
      // B is often read where it lies, in steps too long for the hardware to foresee.
      if constexpr (kVectors > 1) {
        CAJAL_UNROLL
        for (int v = 0; v < kVectors; v += kVectorsPerLine) hwy::Prefetch(b + kPrefetchSteps * b_stride + v * kLanes);
      }
      add_products(a, b_row);
      a.advance();
      b += b_stride;
    }
  }

  // The products of one step in place of what was there.
  template <class A>
  HWY_INLINE void begin(const A& a, const float* HWY_RESTRICT b) {
    CAJAL_UNROLL
    for (int v = 0; v < kVectors; ++v) {
      const V b_row = load_b(v, b);
      CAJAL_UNROLL
      for (int r = 0; r < kRows; ++r) sum_[r][v] = hn::Mul(hn::Set(d, a[r]), b_row);
    }
  }

  // Adds products where B is known to lie in the first-level cache; fetch() asks for something else at each step.
  template <class A, class Fetch>
  HWY_INLINE void multiply_near(A a, const float* HWY_RESTRICT b, int64_t b_stride, int64_t depth, const Fetch& fetch) {
    CAJAL_UNROLL_STEPS
    for (int64_t k = 0; k < depth; ++k, b += b_stride) {
      V b_row[kVectors];
      CAJAL_UNROLL
      for (int v = 0; v < kVectors; ++v) b_row[v] = load_b(v, b);
      fetch();
      add_products(a, b_row);
      a.advance();
    }
  }

  // The same along steps that are given: each a place in A, where the tile's rows lie side by side, and one in B.
  HWY_INLINE void multiply_listed(const float* a, const float* b, const int32_t* steps, int64_t count) {
    for (int64_t k = 0; k < count; ++k, steps += 2) {
      const float* b_at = b + steps[1];
      V b_row[kVectors];
      CAJAL_UNROLL
      for (int v = 0; v < kVectors; ++v) b_row[v] = load_b(v, b_at);
      add_products(a + steps[0], b_row);
    }
  }

  // Replaces each vector by change(row, vector's index, vector).
  template <class F>
  HWY_INLINE void for_each(F change) {
    CAJAL_UNROLL
    for (int r = 0; r < kRows; ++r) {
      CAJAL_UNROLL
      for (int v = 0; v < kVectors; ++v) sum_[r][v] = change(r, v, sum_[r][v]);
    }
  }
  // Vector v of a row of the tile that begins there.
  HWY_INLINE V load(int v, const float* row) const {
    return is_partial(v) ? partial_.load(row + v * kLanes) : hn::LoadU(d, row + v * kLanes);
  }
  HWY_INLINE void store(V x, int v, float* row) const {
    if (is_partial(v)) {
      partial_.store(x, row + v * kLanes);
    } else {
      hn::StoreU(x, d, row + v * kLanes);
    }
  }

  HWY_INLINE void store_row(int r, float* row) const {
    CAJAL_UNROLL
    for (int v = 0; v < kVectors; ++v) store(sum_[r][v], v, row);
  }

  // The same past the caches, for whole vectors that are aligned.
  HWY_INLINE void stream_row(int r, float* row) const {
    CAJAL_UNROLL
    for (int v = 0; v < kVectors; ++v) hn::Stream(sum_[r][v], d, row + v * kLanes);
  }

  HWY_INLINE void finish(const Tile& tile) {
    if (tile.accumulate) {
      for_each([&](int r, int v, V x) HWY_ATTR { return hn::Add(x, load(v, tile.c + r * tile.c_stride)); });
    }
    if (tile.bias) {
      V bias[kVectors];
      CAJAL_UNROLL
      for (int v = 0; v < kVectors; ++v) bias[v] = load(v, tile.bias);
      for_each([&](int, int v, V x) HWY_ATTR { return hn::Add(x, bias[v]); });
    }
    if (tile.relu) for_each([&](int, int, V x) HWY_ATTR { return relu(x); });
    if (tile.mask) {
      for_each([&](int r, int v, V x) HWY_ATTR { return where_positive(load(v, tile.mask + r * tile.c_stride), x); });
    }
    CAJAL_UNROLL
    for (int r = 0; r < kRows; ++r) store_row(r, tile.c + r * tile.c_stride);
  }

 private:
  static constexpr bool is_partial(int v) { return kIsPartial && v == kVectors - 1; }

  HWY_INLINE V load_b(int v, const float* row) const {
    return is_partial(v) && kPartialLoadsAreFree ? partial_.load(row + v * kLanes) : hn::LoadU(d, row + v * kLanes);
  }
  template <class A>
  HWY_INLINE void add_products(const A& a, const V (&b_row)[kVectors]) {
    CAJAL_UNROLL
    for (int r = 0; r < kRows; ++r) {
      const V a_element = hn::Set(d, a[r]);
      CAJAL_UNROLL
      for (int v = 0; v < kVectors; ++v) sum_[r][v] = hn::MulAdd(a_element, b_row[v], sum_[r][v]);
    }
  }

  V sum_[kRows][kVectors];
  Partial partial_;
};

template <template <int> class A, int kRows, int kVectors, bool kIsPartial>
void multiply_tile(const Tile& tile) noexcept {
  Accumulators<kRows, kVectors, kIsPartial> sums(tile.last);
  sums.multiply(A<kRows>(tile.a, tile.a_stride), tile.b, tile.b_stride, tile.depth);
  sums.finish(tile);
}

// The micro-kernels of one layout of A and one kind of last vector, by vectors - 1 and rows - 1.
using Kernels = std::array<std::array<Kernel, kMaxRows>, kMaxVectors>;

template <template <int> class A, bool kIsPartial, int kVectors, int... kRow>
constexpr std::array<Kernel, kMaxRows> kernels_of_width(std::integer_sequence<int, kRow...>) {
  return {&multiply_tile<A, kRow + 1, kVectors, kIsPartial>...};
}
template <template <int> class A, bool kIsPartial, int... kVector>
constexpr Kernels kernels_of_layout(std::integer_sequence<int, kVector...>) {
  return {kernels_of_width<A, kIsPartial, kVector + 1>(std::make_integer_sequence<int, kMaxRows>())...};
}

inline Kernel find_kernel(bool along_columns, bool is_partial, int64_t vectors, int64_t rows) {
  constexpr auto widths = std::make_integer_sequence<int, kMaxVectors>();
  static constexpr Kernels kKernels[2][2] = {
      {kernels_of_layout<AlongRows, false>(widths), kernels_of_layout<AlongRows, true>(widths)},
      {kernels_of_layout<AlongColumns, false>(widths), kernels_of_layout<AlongColumns, true>(widths)}};
  return kKernels[along_columns][is_partial][size_t(vectors - 1)][size_t(rows - 1)];
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace cajal::cpu
HWY_AFTER_NAMESPACE();

#endif  // CAJAL_BACKENDS_CPU_GEMM_KERNEL_INL_H_
