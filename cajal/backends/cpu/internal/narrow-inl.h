// Floats that are stored as bfloat16: between the bits in memory and vectors of floats. Compiled once per SIMD target.

#if defined(CAJAL_BACKENDS_CPU_NARROW_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CAJAL_BACKENDS_CPU_NARROW_INL_H_
#undef CAJAL_BACKENDS_CPU_NARROW_INL_H_
#else
#define CAJAL_BACKENDS_CPU_NARROW_INL_H_
#endif

#include <cstdint>

#include "cajal/tensor/dtype.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace cajal::cpu {
namespace HWY_NAMESPACE {

template <class Tag>
using HalvesOf = hwy::HWY_NAMESPACE::Rebind<uint16_t, Tag>;

inline const uint16_t* bits_of(const bfloat16* values) { return reinterpret_cast<const uint16_t*>(values); }
inline uint16_t* bits_of(bfloat16* values) { return reinterpret_cast<uint16_t*>(values); }

/// The bits of bfloat16 as the floats that they are.
template <class Tag>
HWY_INLINE auto widened(Tag tag, hwy::HWY_NAMESPACE::Vec<HalvesOf<Tag>> bits) {
  namespace h = hwy::HWY_NAMESPACE;
  return h::BitCast(tag, h::ShiftLeft<16>(h::PromoteTo(h::RebindToSigned<Tag>(), bits)));
}

/// The upper halves of words.
template <class Words>
HWY_INLINE auto upper_halves([[maybe_unused]] Words words, hwy::HWY_NAMESPACE::Vec<Words> v) {
  namespace h = hwy::HWY_NAMESPACE;
  using Halves = h::Rebind<uint16_t, Words>;
#if HWY_TARGET == HWY_AVX3
  if constexpr (h::MaxLanes(words) == 16) {
    const h::Repartition<uint16_t, Words> all;
    alignas(64) static constexpr uint16_t upper[32] = {1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31,
                                                       1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31};
    return h::Vec<Halves>{_mm512_castsi512_si256(_mm512_permutexvar_epi16(h::Load(all, upper).raw, v.raw))};
  }
#endif
  return h::TruncateTo(Halves(), h::ShiftRight<16>(v));
}

/// The bits of the nearest bfloat16, ties to even; NaN keeps its upper bits and is made quiet.
template <class Tag>
HWY_INLINE auto narrowed(Tag, hwy::HWY_NAMESPACE::Vec<Tag> x) {
  namespace h = hwy::HWY_NAMESPACE;
  const h::RebindToUnsigned<Tag> word;
  const auto bits = h::BitCast(word, x);
  const auto is_odd = h::TestBit(bits, h::Set(word, 0x10000));
  const auto rounded = h::IfThenElse(is_odd, h::Add(bits, h::Set(word, 0x8000)), h::Add(bits, h::Set(word, 0x7FFF)));
  const auto is_number = h::RebindMask(word, h::Eq(x, x));
  return upper_halves(word, h::IfThenElse(is_number, rounded, h::Or(bits, h::Set(word, 0x400000))));
}

/// The bits of floats that are bfloat16 already.
template <class Tag>
HWY_INLINE auto cut(Tag, hwy::HWY_NAMESPACE::Vec<Tag> x) {
  const hwy::HWY_NAMESPACE::RebindToUnsigned<Tag> word;
  return upper_halves(word, hwy::HWY_NAMESPACE::BitCast(word, x));
}

template <class Tag>
HWY_INLINE auto load_widened(Tag tag, const bfloat16* from) {
  return widened(tag, hwy::HWY_NAMESPACE::LoadU(HalvesOf<Tag>(), bits_of(from)));
}
template <class Tag>
HWY_INLINE void store_narrowed(hwy::HWY_NAMESPACE::Vec<Tag> v, Tag tag, bfloat16* to) {
  hwy::HWY_NAMESPACE::StoreU(narrowed(tag, v), HalvesOf<Tag>(), bits_of(to));
}

/// The first `count` lanes; nothing beyond them is touched.
template <class Tag>
HWY_INLINE auto load_some_widened(Tag tag, const bfloat16* from, int64_t count) {
  namespace h = hwy::HWY_NAMESPACE;
  constexpr HalvesOf<Tag> halves;
#if HWY_TARGET == HWY_AVX3
  return widened(tag, h::MaskedLoad(h::FirstN(halves, size_t(count)), halves, bits_of(from)));
#else
  HWY_ALIGN uint16_t lanes[h::MaxLanes(halves)] = {};
  for (int64_t i = 0; i < count; ++i) lanes[i] = from[i].bits;
  return widened(tag, h::Load(halves, lanes));
#endif
}
template <class Tag>
HWY_INLINE void store_some_bits(hwy::HWY_NAMESPACE::Vec<HalvesOf<Tag>> bits, Tag, bfloat16* to, int64_t count) {
  namespace h = hwy::HWY_NAMESPACE;
  constexpr HalvesOf<Tag> halves;
#if HWY_TARGET == HWY_AVX3
  h::BlendedStore(bits, h::FirstN(halves, size_t(count)), halves, bits_of(to));
#else
  HWY_ALIGN uint16_t lanes[h::MaxLanes(halves)];
  h::Store(bits, halves, lanes);
  for (int64_t i = 0; i < count; ++i) to[i].bits = lanes[i];
#endif
}
template <class Tag>
HWY_INLINE void store_some_narrowed(hwy::HWY_NAMESPACE::Vec<Tag> v, Tag tag, bfloat16* to, int64_t count) {
  store_some_bits(narrowed(tag, v), tag, to, count);
}

}  // namespace HWY_NAMESPACE
}  // namespace cajal::cpu
HWY_AFTER_NAMESPACE();

#endif  // CAJAL_BACKENDS_CPU_NARROW_INL_H_
