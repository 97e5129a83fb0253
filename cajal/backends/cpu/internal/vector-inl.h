// What every SIMD file of the cpu backend uses: short names, whole and partial loads, walks over arrays.
// Compiled once per target.

#if defined(CAJAL_BACKENDS_CPU_VECTOR_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CAJAL_BACKENDS_CPU_VECTOR_INL_H_
#undef CAJAL_BACKENDS_CPU_VECTOR_INL_H_
#else
#define CAJAL_BACKENDS_CPU_VECTOR_INL_H_
#endif

#include <cstdint>
#include <cstring>

#include "cajal/backends/cpu/internal/narrow-inl.h"
#include "hwy/cache_control.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace cajal::cpu {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// A full vector of floats, and the types that go with it lane by lane.
using Floats = hn::ScalableTag<float>;
using Ints = hn::RebindToSigned<Floats>;
using Bytes = hn::Rebind<uint8_t, Ints>;
using V = hn::Vec<Floats>;
using VI = hn::Vec<Ints>;
using VM = hn::Mask<Floats>;
constexpr Floats kF;
constexpr Ints kI;
constexpr Bytes kB;
constexpr int64_t kLanes = int64_t(hn::MaxLanes(kF));

HWY_INLINE V set(float value) { return hn::Set(kF, value); }
HWY_INLINE V zero() { return hn::Zero(kF); }

/// Whether the first lanes of a vector can be loaded and stored at the price of a whole one.
template <class T>
constexpr bool kMasksAreFree = sizeof(T) >= 4 && (HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3);

/// The first `count` lanes of a vector in memory, zeros after them; nothing beyond them is touched.
template <class D, class T = hn::TFromD<D>>
HWY_INLINE hn::Vec<D> load_some(D d, const T* from, int64_t count) {
  if constexpr (kMasksAreFree<T>) {
    return hn::MaskedLoad(hn::FirstN(d, size_t(count)), d, from);
  } else {
    HWY_ALIGN T lanes[hn::MaxLanes(d)] = {};
    for (int64_t i = 0; i < count; ++i) lanes[i] = from[i];
    return hn::Load(d, lanes);
  }
}

template <class D, class T = hn::TFromD<D>>
HWY_INLINE void store_some(hn::Vec<D> v, D d, T* to, int64_t count) {
  if constexpr (kMasksAreFree<T>) {
    hn::BlendedStore(v, hn::FirstN(d, size_t(count)), d, to);
  } else {
    HWY_ALIGN T lanes[hn::MaxLanes(d)];
    hn::Store(v, d, lanes);
    for (int64_t i = 0; i < count; ++i) to[i] = lanes[i];
  }
}

/// The next vector of an array that has `left` elements left: whole, or what there is. Floats may be stored as
/// bfloat16; what was loaded as it is goes back unchanged by `put_back`, without rounding.
struct Whole {
  static HWY_INLINE V load(const float* from, int64_t) { return hn::LoadU(kF, from); }
  static HWY_INLINE V load(const bfloat16* from, int64_t) { return load_widened(kF, from); }
  static HWY_INLINE void store(V v, float* to, int64_t) { hn::StoreU(v, kF, to); }
  static HWY_INLINE void store(V v, bfloat16* to, int64_t) { store_narrowed(v, kF, to); }
  static HWY_INLINE void put_back(V v, float* to, int64_t) { hn::StoreU(v, kF, to); }
  static HWY_INLINE void put_back(V v, bfloat16* to, int64_t) {
    hn::StoreU(cut(kF, v), HalvesOf<Floats>(), bits_of(to));
  }
  template <class D, class T = hn::TFromD<D>>
  static HWY_INLINE hn::Vec<D> load(D d, const T* from, int64_t) {
    return hn::LoadU(d, from);
  }
  template <class D, class T = hn::TFromD<D>>
  static HWY_INLINE void store(hn::Vec<D> v, D d, T* to, int64_t) {
    hn::StoreU(v, d, to);
  }
};
struct Part {
  static HWY_INLINE V load(const float* from, int64_t left) { return load_some(kF, from, left); }
  static HWY_INLINE V load(const bfloat16* from, int64_t left) { return load_some_widened(kF, from, left); }
  static HWY_INLINE void store(V v, float* to, int64_t left) { store_some(v, kF, to, left); }
  static HWY_INLINE void store(V v, bfloat16* to, int64_t left) { store_some_narrowed(v, kF, to, left); }
  static HWY_INLINE void put_back(V v, float* to, int64_t left) { store_some(v, kF, to, left); }
  static HWY_INLINE void put_back(V v, bfloat16* to, int64_t left) { store_some_bits(cut(kF, v), kF, to, left); }
  template <class D, class T = hn::TFromD<D>>
  static HWY_INLINE hn::Vec<D> load(D d, const T* from, int64_t left) {
    return load_some(d, from, left);
  }
  template <class D, class T = hn::TFromD<D>>
  static HWY_INLINE void store(hn::Vec<D> v, D d, T* to, int64_t left) {
    store_some(v, d, to, left);
  }
};

/// Calls `body(Whole(), i, left)` for each whole vector of `count` elements and `body(Part(), i, left)` for the rest,
/// so that a body is written once. Lambdas need HWY_ATTR.
template <class Body>
HWY_INLINE void for_vectors(int64_t count, const Body& body) {
  int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) body(Whole(), i, kLanes);
  if (i < count) body(Part(), i, count - i);
}

/// Asks for the memory that lies `ahead` bytes behind `count` elements which are read now. In a pass over more than the
/// caches hold, the processor's own guesses end at each page, and what it sees coming is less than can be under way.
template <class T>
HWY_INLINE void ask_ahead(const T* from, int64_t count, int64_t ahead = 4096) {
  const char* first = reinterpret_cast<const char*>(from) + ahead;
  for (int64_t at = 0; at < count * int64_t(sizeof(T)); at += 64) hwy::Prefetch(first + at);
}

/// Fills with one value, copies: for the few dozens of elements at which a call of memcpy is felt.
HWY_INLINE void fill(float* to, float value, int64_t count) {
  const V v = set(value);
  int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) hn::StoreU(v, kF, to + i);
  if (i < count) store_some(v, kF, to + i, count - i);
}

}  // namespace HWY_NAMESPACE
}  // namespace cajal::cpu
HWY_AFTER_NAMESPACE();

#endif  // CAJAL_BACKENDS_CPU_VECTOR_INL_H_
