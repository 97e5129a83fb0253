// Comparisons, logic, choice by a condition.
#include "cajal/backends/cpu/internal/targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cajal/backends/cpu/internal/blocks_condition.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include <functional>

#include "cajal/backends/cpu/internal/blocks-inl.h"
#include "cajal/backends/cpu/internal/blocks.h"

HWY_BEFORE_NAMESPACE();
namespace cajal::cpu {
namespace HWY_NAMESPACE {
namespace {

// Not x == y rather than x != y, which not every version of Highway answers with true for NaN.
CAJAL_COMPARISON(Equal, hn::Eq(a, b))
CAJAL_COMPARISON(NotEqual, hn::Not(hn::Eq(a, b)))
CAJAL_COMPARISON(Less, hn::Lt(a, b))
CAJAL_COMPARISON(LessEqual, hn::Le(a, b))
CAJAL_COMPARISON(Greater, hn::Gt(a, b))
CAJAL_COMPARISON(GreaterEqual, hn::Ge(a, b))
CAJAL_TEST(IsNan, hn::Not(hn::Eq(x, x)))
CAJAL_TEST(IsFinite, hn::Lt(hn::Abs(x), set(std::numeric_limits<float>::infinity())))
CAJAL_TEST(IsInf, hn::Eq(hn::Abs(x), set(std::numeric_limits<float>::infinity())))

void where(const void*, const void* const* in, void* out, int64_t count) noexcept {
  const auto* condition = static_cast<const uint8_t*>(in[0]);
  auto* y = static_cast<float*>(out);
  const auto *a = static_cast<const float*>(in[1]), *b = static_cast<const float*>(in[2]);
  for_vectors(count, [&](auto size, int64_t i, int64_t left) HWY_ATTR {
    using Size = decltype(size);
    const VM chosen = to_mask(Size::load(kB, condition + i, left));
    Size::store(hn::IfThenElse(chosen, Size::load(kF, a + i, left), Size::load(kF, b + i, left)), kF, y + i, left);
  });
}

// On bytes and integers: compilers make vectors of these loops.
template <class T, class F>
void compare(const void*, const void* const* in, void* out, int64_t count) noexcept {
  const auto *a = static_cast<const T*>(in[0]), *b = static_cast<const T*>(in[1]);
  auto* y = static_cast<uint8_t*>(out);
  for (int64_t i = 0; i < count; ++i) y[i] = uint8_t(F()(a[i], b[i]));
}

void logical_not(const void*, const void* const* in, void* out, int64_t count) noexcept {
  const auto* x = static_cast<const uint8_t*>(in[0]);
  auto* y = static_cast<uint8_t*>(out);
  for (int64_t i = 0; i < count; ++i) y[i] = x[i] ^ 1;
}

template <class T>
void where_integer(const void*, const void* const* in, void* out, int64_t count) noexcept {
  const auto* condition = static_cast<const uint8_t*>(in[0]);
  const auto *a = static_cast<const T*>(in[1]), *b = static_cast<const T*>(in[2]);
  auto* y = static_cast<T*>(out);
  for (int64_t i = 0; i < count; ++i) y[i] = condition[i] ? a[i] : b[i];
}

constexpr Block kBlocks[] = {
    {"equal", "ff>t", float_comparison<Equal>},
    {"not_equal", "ff>t", float_comparison<NotEqual>},
    {"less", "ff>t", float_comparison<Less>},
    {"less_equal", "ff>t", float_comparison<LessEqual>},
    {"greater", "ff>t", float_comparison<Greater>},
    {"greater_equal", "ff>t", float_comparison<GreaterEqual>},
    {"isnan", "f>t", float_test<IsNan>},
    {"isfinite", "f>t", float_test<IsFinite>},
    {"isinf", "f>t", float_test<IsInf>},
    {"where", "tff>f", where},
    {"where", "tii>i", where_integer<int32_t>},
    {"where", "tll>l", where_integer<int64_t>},
    {"logical_and", "tt>t", compare<uint8_t, std::bit_and<>>},
    {"logical_or", "tt>t", compare<uint8_t, std::bit_or<>>},
    {"logical_xor", "tt>t", compare<uint8_t, std::bit_xor<>>},
    {"logical_not", "t>t", logical_not},
    {"equal", "ii>t", compare<int32_t, std::equal_to<>>},
    {"equal", "ll>t", compare<int64_t, std::equal_to<>>},
    {"not_equal", "ii>t", compare<int32_t, std::not_equal_to<>>},
    {"not_equal", "ll>t", compare<int64_t, std::not_equal_to<>>},
    {"less", "ii>t", compare<int32_t, std::less<>>},
    {"less_equal", "ii>t", compare<int32_t, std::less_equal<>>},
    {"greater", "ii>t", compare<int32_t, std::greater<>>},
    {"greater_equal", "ii>t", compare<int32_t, std::greater_equal<>>},
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
std::span<const Block> condition_blocks() { return HWY_DYNAMIC_DISPATCH(table)(); }
}  // namespace cajal::cpu
#endif
