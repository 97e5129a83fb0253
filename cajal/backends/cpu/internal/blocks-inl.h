// From functions of vectors to block functions. Compiled once per SIMD target.

#if defined(CAJAL_BACKENDS_CPU_BLOCKS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CAJAL_BACKENDS_CPU_BLOCKS_INL_H_
#undef CAJAL_BACKENDS_CPU_BLOCKS_INL_H_
#else
#define CAJAL_BACKENDS_CPU_BLOCKS_INL_H_
#endif

#include "cajal/backends/cpu/internal/math-inl.h"

HWY_BEFORE_NAMESPACE();
namespace cajal::cpu {
namespace HWY_NAMESPACE {

/// Functions with attributes are structs made from them, so that they are turned into vectors once per block.
struct Plain {
  explicit Plain(const void*) {}
};

/// y = f(x) on floats.
template <class F>
void float_unary(const void* attributes, const void* const* in, void* out, int64_t count) noexcept {
  const F f(attributes);
  const auto* x = static_cast<const float*>(in[0]);
  auto* y = static_cast<float*>(out);
  for_vectors(count, [&](auto size, int64_t i, int64_t left) HWY_ATTR {
    using Size = decltype(size);
    Size::store(f(Size::load(kF, x + i, left)), kF, y + i, left);
  });
}

/// y = f(a, b) on floats.
template <class F>
void float_binary(const void* attributes, const void* const* in, void* out, int64_t count) noexcept {
  const F f(attributes);
  auto* y = static_cast<float*>(out);
  const auto *a = static_cast<const float*>(in[0]), *b = static_cast<const float*>(in[1]);
  for_vectors(count, [&](auto size, int64_t i, int64_t left) HWY_ATTR {
    using Size = decltype(size);
    Size::store(f(Size::load(kF, a + i, left), Size::load(kF, b + i, left)), kF, y + i, left);
  });
}

/// True lanes as bytes of 1, and back.
HWY_INLINE hn::Vec<Bytes> to_bytes(VM mask) {
  return hn::DemoteTo(kB, hn::BitCast(kI, hn::IfThenElseZero(mask, hn::BitCast(kF, hn::Set(kI, 1)))));
}
HWY_INLINE VM to_mask(hn::Vec<Bytes> bytes) {
  return hn::RebindMask(kF, hn::Gt(hn::PromoteTo(kI, bytes), hn::Zero(kI)));
}

/// y = f(x) with a bool for result.
template <class F>
void float_test(const void* attributes, const void* const* in, void* out, int64_t count) noexcept {
  const F f(attributes);
  const auto* x = static_cast<const float*>(in[0]);
  auto* y = static_cast<uint8_t*>(out);
  for_vectors(count, [&](auto size, int64_t i, int64_t left) HWY_ATTR {
    using Size = decltype(size);
    Size::store(to_bytes(f(Size::load(kF, x + i, left))), kB, y + i, left);
  });
}

/// y = f(a, b) with a bool for result.
template <class F>
void float_comparison(const void* attributes, const void* const* in, void* out, int64_t count) noexcept {
  const F f(attributes);
  auto* y = static_cast<uint8_t*>(out);
  const auto *a = static_cast<const float*>(in[0]), *b = static_cast<const float*>(in[1]);
  for_vectors(count, [&](auto size, int64_t i, int64_t left) HWY_ATTR {
    using Size = decltype(size);
    Size::store(to_bytes(f(Size::load(kF, a + i, left), Size::load(kF, b + i, left))), kB, y + i, left);
  });
}

/// A function of vectors in one line. `f` of attributes are written out as structs.
#define CAJAL_UNARY(name, ...)                                 \
  struct name : Plain {                                        \
    using Plain::Plain;                                        \
    HWY_INLINE V operator()(V x) const { return __VA_ARGS__; } \
  };
#define CAJAL_BINARY(name, ...)                                     \
  struct name : Plain {                                             \
    using Plain::Plain;                                             \
    HWY_INLINE V operator()(V a, V b) const { return __VA_ARGS__; } \
  };
#define CAJAL_TEST(name, ...)                                   \
  struct name : Plain {                                         \
    using Plain::Plain;                                         \
    HWY_INLINE VM operator()(V x) const { return __VA_ARGS__; } \
  };
#define CAJAL_COMPARISON(name, ...)                                  \
  struct name : Plain {                                              \
    using Plain::Plain;                                              \
    HWY_INLINE VM operator()(V a, V b) const { return __VA_ARGS__; } \
  };

}  // namespace HWY_NAMESPACE
}  // namespace cajal::cpu
HWY_AFTER_NAMESPACE();

#endif  // CAJAL_BACKENDS_CPU_BLOCKS_INL_H_
