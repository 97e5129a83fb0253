// Casts between all types, by the rule that everything shares (tensor/convert.h).
#include "cajal/backends/cpu/internal/targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cajal/backends/cpu/internal/blocks_cast.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include "cajal/backends/cpu/internal/blocks-inl.h"
#include "cajal/backends/cpu/internal/blocks.h"
#include "cajal/tensor/convert.h"

HWY_BEFORE_NAMESPACE();
namespace cajal::cpu {
namespace HWY_NAMESPACE {
namespace {

using Halves = hn::Rebind<uint16_t, Ints>;
constexpr Halves kH;

// Compilers make vectors of most of these.
template <class From, class To>
void cast(const void*, const void* const* in, void* out, int64_t count) noexcept {
  const From* x = static_cast<const From*>(in[0]);
  To* y = static_cast<To*>(out);
  for (int64_t i = 0; i < count; ++i) y[i] = convert<To>(x[i]);
}

// Bytes to floats: pictures.
void from_bytes(const void*, const void* const* in, void* out, int64_t count) noexcept {
  const auto* x = static_cast<const uint8_t*>(in[0]);
  auto* y = static_cast<float*>(out);
  for_vectors(count, [&](auto size, int64_t i, int64_t left) HWY_ATTR {
    using Size = decltype(size);
    Size::store(hn::ConvertTo(kF, hn::PromoteTo(kI, Size::load(kB, x + i, left))), kF, y + i, left);
  });
}

void from_bfloat16(const void*, const void* const* in, void* out, int64_t count) noexcept {
  const auto* x = static_cast<const uint16_t*>(in[0]);
  auto* y = static_cast<float*>(out);
  for_vectors(count, [&](auto size, int64_t i, int64_t left) HWY_ATTR {
    using Size = decltype(size);
    const VI wide = hn::PromoteTo(kI, Size::load(kH, x + i, left));
    Size::store(hn::BitCast(kF, hn::ShiftLeft<16>(wide)), kF, y + i, left);
  });
}

// Nearest, ties to even; NaN keeps its upper bits and is made quiet.
HWY_INLINE VI rounded_upper_half(V x) {
  const VI bits = hn::BitCast(kI, x);
  const VI upper = hn::BitCast(kI, hn::ShiftRight<16>(hn::BitCast(hn::RebindToUnsigned<Ints>(), bits)));
  const VI odd = hn::And(upper, hn::Set(kI, 1));
  const VI rounded = hn::Add(hn::Add(bits, hn::Set(kI, 0x7FFF)), odd);
  const VI shifted = hn::BitCast(kI, hn::ShiftRight<16>(hn::BitCast(hn::RebindToUnsigned<Ints>(), rounded)));
  const auto number = hn::RebindMask(kI, hn::Eq(x, x));
  return hn::IfThenElse(number, shifted, hn::Or(upper, hn::Set(kI, 0x40)));
}

void to_bfloat16(const void*, const void* const* in, void* out, int64_t count) noexcept {
  const auto* x = static_cast<const float*>(in[0]);
  auto* y = static_cast<uint16_t*>(out);
  for_vectors(count, [&](auto size, int64_t i, int64_t left) HWY_ATTR {
    using Size = decltype(size);
    Size::store(hn::DemoteTo(kH, rounded_upper_half(Size::load(kF, x + i, left))), kH, y + i, left);
  });
}

BlockFunction find(DType from, DType to) {
  if (to == DType::float32 && (from == DType::uint8 || from == DType::boolean)) return from_bytes;
  if (to == DType::float32 && from == DType::bfloat16) return from_bfloat16;
  if (from == DType::float32 && to == DType::bfloat16) return to_bfloat16;
  return visit(
      from, [to](auto x) { return visit(to, [](auto y) -> BlockFunction { return cast<decltype(x), decltype(y)>; }); });
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace cajal::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace cajal::cpu {
namespace {
HWY_EXPORT(find);
}
BlockFunction cast_block(DType from, DType to) { return HWY_DYNAMIC_DISPATCH(find)(from, to); }
}  // namespace cajal::cpu
#endif
