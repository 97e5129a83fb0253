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

// float32 and bfloat16, in either direction.
template <class From, class To>
void between(const void*, const void* const* in, void* out, int64_t count) noexcept {
  const auto* x = static_cast<const From*>(in[0]);
  auto* y = static_cast<To*>(out);
  for_vectors(count, [&](auto size, int64_t i, int64_t left) HWY_ATTR {
    using Size = decltype(size);
    Size::store(Size::load(x + i, left), y + i, left);
  });
}

BlockFunction find(DType from, DType to) {
  if (to == DType::float32 && (from == DType::uint8 || from == DType::boolean)) return from_bytes;
  if (to == DType::float32 && from == DType::bfloat16) return between<bfloat16, float>;
  if (from == DType::float32 && to == DType::bfloat16) return between<float, bfloat16>;
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
