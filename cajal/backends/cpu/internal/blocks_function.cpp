// Exponentials, logarithms and their relatives.
#include "cajal/backends/cpu/internal/targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cajal/backends/cpu/internal/blocks_function.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include <cmath>

#include "cajal/backends/cpu/internal/blocks-inl.h"
#include "cajal/backends/cpu/internal/blocks.h"
#include "hwy/contrib/math/math-inl.h"

HWY_BEFORE_NAMESPACE();
namespace cajal::cpu {
namespace HWY_NAMESPACE {
namespace {

// Highway's sine and cosine reduce the angle well up to 39000; the few beyond go to the C library one by one.
template <float (*one)(float)>
V exact_where_large(V x, V y) {
  const VM large = hn::Gt(hn::Abs(x), set(30000));
  if (hn::AllFalse(kF, large)) return y;
  HWY_ALIGN float from[hn::MaxLanes(kF)], to[hn::MaxLanes(kF)];
  hn::Store(x, kF, from);
  for (int64_t i = 0; i < kLanes; ++i) to[i] = one(from[i]);
  return hn::IfThenElse(large, hn::Load(kF, to), y);
}
float sine(float x) { return std::sin(x); }
float cosine(float x) { return std::cos(x); }

HWY_INLINE V log_of_sum(V a, V b) {
  const V largest = hn::IfThenElse(hn::Lt(a, b), b, a);
  const V y = hn::Add(largest, log1p(exp_of_negative(hn::Neg(hn::Abs(hn::Sub(a, b))))));
  // The difference of equal infinities is not a number.
  return hn::IfThenElse(hn::Eq(a, b), hn::Add(a, set(0.69314718f)), y);
}

// |a|^b by logarithms; then the sign, and what has no power.
HWY_INLINE V power_of(V a, V b) {
  const V size = exp(hn::Mul(b, log(hn::Abs(a))));
  const V half = hn::Mul(b, set(0.5f));
  const VM whole = hn::Eq(hn::Trunc(b), b), even = hn::Eq(hn::Trunc(half), half);
  const V signed_size = hn::IfThenElse(hn::AndNot(even, whole), hn::CopySign(size, a), size);
  const V y =
      hn::IfThenElse(hn::AndNot(whole, hn::Lt(a, zero())), set(std::numeric_limits<float>::quiet_NaN()), signed_size);
  const VM one = hn::Or(hn::Eq(b, zero()), hn::Eq(a, set(1)));
  return hn::IfThenElse(one, set(1), y);
}

CAJAL_UNARY(Exp, exp(x))
CAJAL_UNARY(Expm1, expm1(x))
CAJAL_UNARY(Log, log(x))
CAJAL_UNARY(Log1p, log1p(x))
CAJAL_UNARY(Log2, hn::Mul(log(x), set(1.44269504f)))
CAJAL_UNARY(Log10, hn::Mul(log(x), set(0.43429448f)))
CAJAL_UNARY(Tanh, tanh(x))
CAJAL_UNARY(Erf, erf(x))
CAJAL_UNARY(Sin, exact_where_large<sine>(x, hn::Sin(kF, x)))
CAJAL_UNARY(Cos, exact_where_large<cosine>(x, hn::Cos(kF, x)))
CAJAL_BINARY(LogAddExp, log_of_sum(a, b))
CAJAL_BINARY(Power, power_of(a, b))

constexpr Block kBlocks[] = {
    {"exp", "f>f", float_unary<Exp>},
    {"expm1", "f>f", float_unary<Expm1>},
    {"log", "f>f", float_unary<Log>},
    {"log1p", "f>f", float_unary<Log1p>},
    {"log2", "f>f", float_unary<Log2>},
    {"log10", "f>f", float_unary<Log10>},
    {"tanh", "f>f", float_unary<Tanh>},
    {"erf", "f>f", float_unary<Erf>},
    {"sin", "f>f", float_unary<Sin>},
    {"cos", "f>f", float_unary<Cos>},
    {"logaddexp", "ff>f", float_binary<LogAddExp>},
    {"power", "ff>f", float_binary<Power>},
};
std::span<const Block> table() { return kBlocks; }

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace cajal::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace cajal::cpu {
namespace {
HWY_EXPORT(table);
}
std::span<const Block> function_blocks() { return HWY_DYNAMIC_DISPATCH(table)(); }
}  // namespace cajal::cpu
#endif
