// Exponential functions of float vectors, right to a few units in the last place; NaN stays NaN.
// Compiled once per SIMD target.

#if defined(CAJAL_BACKENDS_CPU_MATH_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CAJAL_BACKENDS_CPU_MATH_INL_H_
#undef CAJAL_BACKENDS_CPU_MATH_INL_H_
#else
#define CAJAL_BACKENDS_CPU_MATH_INL_H_
#endif

#include <limits>

#include "cajal/backends/cpu/internal/vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace cajal::cpu {
namespace HWY_NAMESPACE {

/// c0 + c1 x + c2 x^2 + ...
HWY_INLINE V polynomial(V, float c0) { return set(c0); }
template <class... C>
HWY_INLINE V polynomial(V x, float c0, C... more) {
  return hn::MulAdd(polynomial(x, more...), x, set(c0));
}

/// Comparisons rather than Min and Max, which lose NaN.
HWY_INLINE V at_least(V x, float low) { return hn::IfThenElse(hn::Lt(x, set(low)), set(low), x); }
HWY_INLINE V at_most(V x, float high) { return hn::IfThenElse(hn::Gt(x, set(high)), set(high), x); }

/// a / b to the last two bits or so, where b is neither 0, infinite, nor denormal: an estimate made better by a step of
/// Newton's method takes a fraction of a division's time.
HWY_INLINE V quotient(V a, V b) {
#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3
  const V r = hn::ApproximateReciprocal(b);
  return hn::Mul(a, hn::Mul(r, hn::NegMulAdd(b, r, set(2))));
#else
  return hn::Div(a, b);
#endif
}

/// 2^n for whole n in [-126, 127].
HWY_INLINE V two_to_the(VI n) { return hn::BitCast(kF, hn::ShiftLeft<23>(hn::Add(n, hn::Set(kI, 127)))); }

/// x = n ln 2 + r with |r| <= ln 2 / 2.
struct Reduced {
  VI n;
  V r;
};
HWY_INLINE Reduced reduce(V x) {
  // A sum with so large a number is rounded to a whole one, which then stands in its last bits.
  const V large = set(12582912), sum = hn::MulAdd(x, set(1.44269504f), large), whole = hn::Sub(sum, large);
  const VI n = hn::Sub(hn::BitCast(kI, sum), hn::BitCast(kI, large));
  const V r = hn::NegMulAdd(whole, set(-2.12194440e-4f), hn::NegMulAdd(whole, set(0.693359375f), x));
  return {n, r};
}

/// (e^r - 1 - r) / r^2 on the reduced range.
HWY_INLINE V exp_tail(V r) {
  return polynomial(r, 0.5f, 1.6666665459e-1f, 4.1665795894e-2f, 8.3334519073e-3f, 1.3981999507e-3f, 1.9875691500e-4f);
}

/// e^x: 0 far below, infinity above 88.7.
HWY_INLINE V exp(V x) {
  const V clamped = at_most(at_least(x, -104.0f), 89.0f);
  const Reduced to = reduce(clamped);
  const V y = hn::Add(hn::MulAdd(exp_tail(to.r), hn::Mul(to.r, to.r), to.r), set(1));
  // In two halves: 2^n itself may lie outside of the normal numbers.
  const VI half = hn::ShiftRight<1>(to.n);
  return hn::Mul(hn::Mul(y, two_to_the(half)), two_to_the(hn::Sub(to.n, half)));
}

/// e^x for x <= 0 only, a few operations cheaper: softmax. 0 below -87.3.
HWY_INLINE V exp_of_negative(V x) {
  const Reduced to = reduce(at_least(x, -87.5f));
  const V y = hn::Add(hn::MulAdd(exp_tail(to.r), hn::Mul(to.r, to.r), to.r), set(1));
  return hn::IfThenZeroElse(hn::Lt(x, set(-87.3f)), hn::Mul(y, two_to_the(to.n)));
}

/// e^x - 1, exact to the last places near 0 too.
HWY_INLINE V expm1(V x) {
  const Reduced to = reduce(at_most(at_least(x, -30.0f), 89.0f));
  const V q = hn::MulAdd(exp_tail(to.r), hn::Mul(to.r, to.r), to.r);
  const V scale = two_to_the(hn::Sub(to.n, hn::Set(kI, 1)));  // half of 2^n, which may overflow
  const V half = hn::MulAdd(scale, q, hn::Sub(scale, set(0.5f)));
  return hn::IfThenElse(hn::RebindMask(kF, hn::Eq(to.n, hn::Zero(kI))), q, hn::Add(half, half));
}

/// Natural logarithm: -infinity at 0, NaN below.
HWY_INLINE V log(V x) {
  const VM tiny = hn::Lt(x, set(1.17549435e-38f));
  const V scaled = hn::IfThenElse(tiny, hn::Mul(x, set(8388608.0f)), x);
  // Mantissa in [sqrt(1/2), sqrt(2)), and the exponent that goes with it.
  const VI bits = hn::Sub(hn::BitCast(kI, scaled), hn::Set(kI, 0x3f3504f3));
  const VI exponent = hn::ShiftRight<23>(bits);
  const V m = hn::BitCast(kF, hn::Add(hn::And(bits, hn::Set(kI, 0x7fffff)), hn::Set(kI, 0x3f3504f3)));
  const V e = hn::Sub(hn::ConvertTo(kF, exponent), hn::IfThenElseZero(tiny, set(23)));
  const V f = hn::Sub(m, set(1));
  const V square = hn::Mul(f, f);
  const V tail = polynomial(f, 3.3333331174e-1f, -2.4999993993e-1f, 2.0000714765e-1f, -1.6668057665e-1f,
                            1.4249322787e-1f, -1.2420140846e-1f, 1.1676998740e-1f, -1.1514610310e-1f, 7.0376836292e-2f);
  V y = hn::Mul(hn::Mul(f, square), tail);
  y = hn::MulAdd(e, set(-2.12194440e-4f), y);
  y = hn::Add(f, hn::NegMulAdd(square, set(0.5f), y));
  y = hn::MulAdd(e, set(0.693359375f), y);
  const float infinity = std::numeric_limits<float>::infinity();
  y = hn::IfThenElse(hn::Eq(x, set(infinity)), x, y);
  y = hn::IfThenElse(hn::Eq(x, zero()), set(-infinity), y);
  const V not_a_number = set(std::numeric_limits<float>::quiet_NaN());
  return hn::IfThenElse(hn::Ge(x, zero()), y, not_a_number);
}

/// log(1 + x), exact to the last places near 0 too.
HWY_INLINE V log1p(V x) {
  const V u = hn::Add(x, set(1));
  const V lost = hn::Sub(x, hn::Sub(u, set(1)));  // what the addition rounded away
  const V corrected = hn::Add(log(u), hn::Div(lost, u));
  const V y = hn::IfThenElse(hn::Eq(u, set(1)), x, corrected);
  const V infinity = set(std::numeric_limits<float>::infinity());
  // At the two ends of the range the correction is infinity minus infinity.
  return hn::IfThenElse(hn::Or(hn::Eq(x, infinity), hn::Eq(u, zero())), log(u), y);
}

/// A quotient of polynomials (the one that Eigen uses); 1 beyond 9.
HWY_INLINE V tanh(V x) {
  const V c = at_most(at_least(x, -7.90531110763549805f), 7.90531110763549805f);
  const V s = hn::Mul(c, c);
  const V p = polynomial(s, 4.89352455891786e-03f, 6.37261928875436e-04f, 1.48572235717979e-05f, 5.12229709037114e-08f,
                         -8.60467152213735e-11f, 2.00018790482477e-13f, -2.76076847742355e-16f);
  const V q = polynomial(s, 4.89352518554385e-03f, 2.26843463243900e-03f, 1.18534705686654e-04f, 1.19825839466702e-06f);
  const V y = hn::Div(hn::Mul(c, p), q);
  return hn::IfThenElse(hn::Gt(hn::Abs(x), set(9)), hn::CopySign(set(1), x), y);
}

HWY_INLINE V sigmoid(V x) { return hn::Div(set(1), hn::Add(set(1), exp(hn::Neg(x)))); }

/// log(1 + e^x), without overflow and exact in the lower tail.
HWY_INLINE V softplus(V x) {
  const V y = hn::Add(hn::ZeroIfNegative(x), log1p(exp_of_negative(hn::Neg(hn::Abs(x)))));
  return hn::IfThenElse(hn::Eq(x, x), y, x);
}

/// (1 - erf(x)) e^(x^2) for finite x >= 0, to 3e-7 of itself however large x is: t times a polynomial in t = 1 / (1 + x
/// / 2), fitted for the smallest relative error.
HWY_INLINE V scaled_erfc(V x) {
  const V t = quotient(set(1), hn::MulAdd(set(0.5f), x, set(1)));
  return hn::Mul(t, polynomial(t, 0.282094747f, 0.282104224f, 0.246512116f, 0.180415631f, 0.0582582181f, 0.079478299f,
                               -0.198563783f, 0.0307677088f, 0.0644538606f, -0.0255211796f));
}

/// The error function between -1 and 1, where its relative precision matters.
HWY_INLINE V central_erf(V x) {
  return hn::Mul(
      x, polynomial(hn::Mul(x, x), 1.128379165726710e+0f, -3.761262582423300e-1f, 1.128358514861418e-1f,
                    -2.685381193529856e-2f, 5.188327685732524e-3f, -8.010193625184903e-4f, 7.853861353153693e-5f));
}

HWY_INLINE V erf(V x) {
  const V size = hn::Abs(x), small = hn::Min(size, set(9));  // beyond, 1 is all that a float can hold
  const V outer =
      hn::CopySign(hn::NegMulAdd(exp_of_negative(hn::Neg(hn::Mul(small, small))), scaled_erfc(small), set(1)), x);
  const V y = hn::IfThenElse(hn::Lt(size, set(1)), central_erf(x), outer);
  return hn::IfThenElse(hn::Eq(x, x), y, x);
}

/// Of a normal number: e^(-x^2 / 2), and the chance that it lies beyond x, precise where that is small too. For x from
/// 0 to `normal_end`, beyond which there is nothing that a float can hold.
struct Normal {
  V bell, beyond;
};
constexpr float normal_end = 13.18f;
HWY_INLINE Normal normal(V x) {
  // 2^(n + r); n + 127, the exponent's bits, in the last bits of a sum as in `reduce`.
  const V square = hn::Mul(x, x), to_two = set(-0.72134752f), large = set(12582912 + 127);
  const V sum = hn::MulAdd(square, to_two, large), r = hn::MulSub(square, to_two, hn::Sub(sum, large));
  const V power = hn::BitCast(kF, hn::ShiftLeft<23>(hn::BitCast(kI, sum)));
  const V bell = hn::Mul(power, polynomial(r, 1.0f, 0.693147182f, 0.240226462f, 0.0555032864f, 0.00961848907f,
                                           0.00133999309f, 0.000153458108f));
  return {bell, hn::Mul(hn::Mul(set(0.5f), bell), scaled_erfc(hn::Mul(x, set(0.70710678f))))};
}

}  // namespace HWY_NAMESPACE
}  // namespace cajal::cpu
HWY_AFTER_NAMESPACE();

#endif  // CAJAL_BACKENDS_CPU_MATH_INL_H_
