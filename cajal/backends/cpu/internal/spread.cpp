#include "cajal/backends/cpu/internal/targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cajal/backends/cpu/internal/spread.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include <algorithm>

#include "cajal/backends/cpu/internal/spread.h"
#include "cajal/backends/cpu/internal/vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace cajal::cpu {
namespace HWY_NAMESPACE {
namespace {

template <class T>
void value(const std::byte* from, std::byte* to, int64_t count) noexcept {
  const hn::ScalableTag<T> d;
  const int64_t step = int64_t(hn::Lanes(d));
  const T one = *reinterpret_cast<const T*>(from);
  const auto v = hn::Set(d, one);
  T* out = reinterpret_cast<T*>(to);
  int64_t i = 0;
  for (; i + step <= count; i += step) hn::StoreU(v, d, out + i);
  for (; i < count; ++i) out[i] = one;
}

// What is there is doubled until it fills the block; whole vectors are copied here, for they are few.
void row(const std::byte* from, std::byte* to, int64_t bytes, int64_t total) noexcept {
  const hn::ScalableTag<uint8_t> d;
  const int64_t step = int64_t(hn::Lanes(d));
  if (bytes % step == 0 && bytes <= 4 * step) {
    for (int64_t done = 0; done < total; done += bytes)
      for (int64_t i = 0; i < bytes && done + i < total; i += step)
        hn::StoreU(hn::LoadU(d, reinterpret_cast<const uint8_t*>(from) + i), d,
                   reinterpret_cast<uint8_t*>(to) + done + i);
    return;
  }
  std::memcpy(to, from, size_t(std::min(bytes, total)));
  for (int64_t have = bytes; have < total; have *= 2) std::memcpy(to + have, to, size_t(std::min(have, total - have)));
}

SpreadValue find_value(int64_t bytes) {
  switch (bytes) {
    case 1: return value<uint8_t>;
    case 2: return value<uint16_t>;
    case 4: return value<uint32_t>;
    default: return value<uint64_t>;
  }
}
SpreadRow find_row() { return row; }

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace cajal::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace cajal::cpu {
namespace {
HWY_EXPORT(find_value);
HWY_EXPORT(find_row);
}  // namespace
SpreadValue spread_value(int64_t bytes) { return HWY_DYNAMIC_DISPATCH(find_value)(bytes); }
SpreadRow spread_row() { return HWY_DYNAMIC_DISPATCH(find_row)(); }
}  // namespace cajal::cpu
#endif
