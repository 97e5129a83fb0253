// Sums, products and the like.
#include "cajal/backends/cpu/internal/targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cajal/backends/cpu/internal/blocks_arithmetic.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include "cajal/backends/cpu/internal/blocks-inl.h"
#include "cajal/backends/cpu/internal/blocks.h"
#include "cajal/ops/elementwise_attributes.h"

HWY_BEFORE_NAMESPACE();
namespace cajal::cpu {
namespace HWY_NAMESPACE {
namespace {

// NaN where one is NaN; the first where they are equal.
HWY_INLINE V larger(V a, V b) { return hn::IfThenElse(hn::Eq(b, b), hn::IfThenElse(hn::Lt(a, b), b, a), b); }
HWY_INLINE V smaller(V a, V b) { return hn::IfThenElse(hn::Eq(b, b), hn::IfThenElse(hn::Gt(a, b), b, a), b); }
HWY_INLINE V sign_of(V x) {
  return hn::IfThenElse(hn::Gt(x, zero()), set(1), hn::IfThenElse(hn::Lt(x, zero()), set(-1), x));
}

CAJAL_BINARY(Add, hn::Add(a, b))
CAJAL_BINARY(Subtract, hn::Sub(a, b))
CAJAL_BINARY(Multiply, hn::Mul(a, b))
CAJAL_BINARY(Divide, hn::Div(a, b))
CAJAL_BINARY(Maximum, larger(a, b))
CAJAL_BINARY(Minimum, smaller(a, b))
CAJAL_UNARY(Negative, hn::Neg(x))
CAJAL_UNARY(Absolute, hn::Abs(x))
CAJAL_UNARY(Sign, sign_of(x))
CAJAL_UNARY(Square, hn::Mul(x, x))
CAJAL_UNARY(Sqrt, hn::Sqrt(x))
CAJAL_UNARY(Rsqrt, hn::Div(set(1), hn::Sqrt(x)))
CAJAL_UNARY(Reciprocal, hn::Div(set(1), x))
CAJAL_UNARY(Floor, hn::Floor(x))
CAJAL_UNARY(Ceil, hn::Ceil(x))
CAJAL_UNARY(Round, hn::Round(x))
CAJAL_UNARY(Trunc, hn::Trunc(x))

struct Clip {
  V low, high;
  explicit Clip(const void* attributes) {
    const auto& clip = *static_cast<const ClipAttributes*>(attributes);
    low = set(float(clip.low)), high = set(float(clip.high));
  }
  HWY_INLINE V operator()(V x) const {
    const V y = hn::IfThenElse(hn::Lt(x, low), low, x);
    return hn::IfThenElse(hn::Gt(y, high), high, y);
  }
};

// Integers wrap round: in the unsigned type, where C++ defines it. Compilers make vectors of these loops.
template <class T, class F>
void integer_binary(const void*, const void* const* in, void* out, int64_t count) noexcept {
  using U = std::make_unsigned_t<T>;
  const auto *a = static_cast<const U*>(in[0]), *b = static_cast<const U*>(in[1]);
  auto* y = static_cast<U*>(out);
  for (int64_t i = 0; i < count; ++i) y[i] = F()(a[i], b[i]);
}

constexpr Block kBlocks[] = {
    {"add", "ff>f", float_binary<Add>},
    {"subtract", "ff>f", float_binary<Subtract>},
    {"multiply", "ff>f", float_binary<Multiply>},
    {"divide", "ff>f", float_binary<Divide>},
    {"maximum", "ff>f", float_binary<Maximum>},
    {"minimum", "ff>f", float_binary<Minimum>},
    {"negative", "f>f", float_unary<Negative>},
    {"abs", "f>f", float_unary<Absolute>},
    {"sign", "f>f", float_unary<Sign>},
    {"square", "f>f", float_unary<Square>},
    {"sqrt", "f>f", float_unary<Sqrt>},
    {"rsqrt", "f>f", float_unary<Rsqrt>},
    {"reciprocal", "f>f", float_unary<Reciprocal>},
    {"floor", "f>f", float_unary<Floor>},
    {"ceil", "f>f", float_unary<Ceil>},
    {"round", "f>f", float_unary<Round>},
    {"trunc", "f>f", float_unary<Trunc>},
    {"clip", "f>f", float_unary<Clip>},
    {"add", "ii>i", integer_binary<int32_t, std::plus<>>},
    {"add", "ll>l", integer_binary<int64_t, std::plus<>>},
    {"subtract", "ii>i", integer_binary<int32_t, std::minus<>>},
    {"subtract", "ll>l", integer_binary<int64_t, std::minus<>>},
    {"multiply", "ii>i", integer_binary<int32_t, std::multiplies<>>},
    {"multiply", "ll>l", integer_binary<int64_t, std::multiplies<>>},
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
std::span<const Block> arithmetic_blocks() { return HWY_DYNAMIC_DISPATCH(table)(); }
}  // namespace cajal::cpu
#endif
