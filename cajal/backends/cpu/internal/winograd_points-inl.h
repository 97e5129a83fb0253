// Winograd's transforms in one dimension, of vectors of channels. Compiled once per SIMD target.
//
// A tile of 4 outputs and a kernel of 3 (or the reverse) are polynomials whose product has 6 coefficients: it is
// determined by its values at 6 points, where it is the product of the values. The points are 0, infinity, a, -a, b,
// -b. Opposite points share half of the arithmetic. 11/16 and 3/2 are the pair of short binary fractions, of those
// tried, that loses fewest digits: half of the error that the textbooks' 1 and 2 make.

#if defined(CAJAL_BACKENDS_CPU_WINOGRAD_POINTS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CAJAL_BACKENDS_CPU_WINOGRAD_POINTS_INL_H_
#undef CAJAL_BACKENDS_CPU_WINOGRAD_POINTS_INL_H_
#else
#define CAJAL_BACKENDS_CPU_WINOGRAD_POINTS_INL_H_
#endif

#include "cajal/backends/cpu/internal/gemm_kernel-inl.h"

HWY_BEFORE_NAMESPACE();
namespace cajal::cpu {
namespace HWY_NAMESPACE {
namespace {
namespace winograd {

constexpr float kA = 0.6875f, kB = 1.5f;
constexpr float kA2 = kA * kA, kB2 = kB * kB, kA3 = kA2 * kA, kB3 = kB2 * kB;
// Of (x^2 - a^2)(x^2 - b^2).
constexpr float kSum = kA2 + kB2, kProduct = kA2 * kB2;

// One over the product of a point's distances from the other finite points: of 0, infinity, +-a, +-b.
constexpr double kWeights[4] = {1.0 / (double(kA2) * kB2), 1, 1 / (2.0 * kA2 * (double(kA2) - kB2)),
                                1 / (2.0 * kB2 * (double(kB2) - kA2))};
constexpr float weight_of(int point) { return float(kWeights[point < 2 ? point : point / 2 + 1]); }

HWY_INLINE V times(float c, V x) { return hn::Mul(hn::Set(d, c), x); }
HWY_INLINE V plus_times(V sum, float c, V x) { return hn::MulAdd(hn::Set(d, c), x, sum); }
HWY_INLINE V minus_times(V sum, float c, V x) { return hn::NegMulAdd(hn::Set(d, c), x, sum); }

// Two of the six values of an image's patch: at 0 and infinity, at +-a, at +-b.
template <int kPair>
struct PatchPair {
  static constexpr int kFrom = 6, kTo = 2;
  static HWY_INLINE void apply(const V (&x)[6], V* y) {
    if constexpr (kPair == 0) {
      y[0] = plus_times(minus_times(x[4], kSum, x[2]), kProduct, x[0]);
      y[1] = plus_times(minus_times(x[5], kSum, x[3]), kProduct, x[1]);
    } else {
      constexpr float point = kPair == 1 ? kA : kB, other2 = kPair == 1 ? kB2 : kA2;
      const V even = minus_times(x[4], other2, x[2]), odd = minus_times(x[3], other2, x[1]);
      y[0] = plus_times(even, point, odd);
      y[1] = minus_times(even, point, odd);
    }
  }
};

// Two of the six values of a tile of the gradient of y, which stands where the kernel stands in the gradient of w.
template <int kPair>
struct TilePair {
  static constexpr int kFrom = 4, kTo = 2;
  static HWY_INLINE void apply(const V (&x)[4], V* y) {
    if constexpr (kPair == 0) {
      y[0] = x[0];
      y[1] = x[3];
    } else {
      constexpr float point = kPair == 1 ? kA : kB, square = point * point;
      const V even = plus_times(x[0], square, x[2]), odd = plus_times(x[1], square, x[3]);
      y[0] = plus_times(even, point, odd);
      y[1] = minus_times(even, point, odd);
    }
  }
};

// All six values.
template <template <int> class Pair>
struct AllPairs {
  static constexpr int kFrom = Pair<0>::kFrom, kTo = 6;
  static HWY_INLINE void apply(const V (&x)[kFrom], V* y) {
    Pair<0>::apply(x, y);
    Pair<1>::apply(x, y + 2);
    Pair<2>::apply(x, y + 4);
  }
};
using PatchPoints = AllPairs<PatchPair>;
using TilePoints = AllPairs<TilePair>;

// The six values of a kernel, weighted so that nothing is left to divide by in the end.
struct KernelPoints {
  static HWY_INLINE void apply(const V (&w)[3], V* y) {
    y[0] = times(weight_of(0), w[0]);
    y[1] = w[2];
    pair<2>(kA, w, y + 2);
    pair<4>(kB, w, y + 4);
  }

 private:
  template <int kPoint>
  static HWY_INLINE void pair(float point, const V (&w)[3], V* y) {
    constexpr float weight = weight_of(kPoint);
    const V even = plus_times(times(weight, w[0]), weight * point * point, w[2]), odd = times(weight * point, w[1]);
    y[0] = hn::Add(even, odd);
    y[1] = hn::Sub(even, odd);
  }
};

// Four outputs from the six products.
HWY_INLINE void four_outputs(const V (&m)[6], V* y) {
  const V sum_a = hn::Add(m[2], m[3]), difference_a = hn::Sub(m[2], m[3]);
  const V sum_b = hn::Add(m[4], m[5]), difference_b = hn::Sub(m[4], m[5]);
  y[0] = hn::Add(m[0], hn::Add(sum_a, sum_b));
  y[1] = plus_times(times(kA, difference_a), kB, difference_b);
  y[2] = plus_times(times(kA2, sum_a), kB2, sum_b);
  y[3] = plus_times(plus_times(m[1], kA3, difference_a), kB3, difference_b);
}

// The three elements of a kernel's gradient from the six products.
HWY_INLINE void three_outputs(const V (&products)[6], V* y) {
  V m[6];
  CAJAL_UNROLL
  for (int i = 0; i < 6; ++i) m[i] = times(weight_of(i), products[i]);
  y[0] = hn::Add(m[0], hn::Add(hn::Add(m[2], m[3]), hn::Add(m[4], m[5])));
  y[1] = plus_times(times(kA, hn::Sub(m[2], m[3])), kB, hn::Sub(m[4], m[5]));
  y[2] = plus_times(plus_times(m[1], kA2, hn::Add(m[2], m[3])), kB2, hn::Add(m[4], m[5]));
}

}  // namespace winograd
}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace cajal::cpu
HWY_AFTER_NAMESPACE();

#endif  // CAJAL_BACKENDS_CPU_WINOGRAD_POINTS_INL_H_
