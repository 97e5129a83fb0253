// What happens to results before they are stored, on vectors. Compiled once per SIMD target.

#if defined(CAJAL_BACKENDS_CPU_CONV_FINISH_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CAJAL_BACKENDS_CPU_CONV_FINISH_INL_H_
#undef CAJAL_BACKENDS_CPU_CONV_FINISH_INL_H_
#else
#define CAJAL_BACKENDS_CPU_CONV_FINISH_INL_H_
#endif

#include <cmath>
#include <cstdint>

#include "cajal/backends/cpu/internal/convolution.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace cajal::cpu {
namespace HWY_NAMESPACE {
namespace {  // the names are short, and other kernels may choose the same

// Applies a ConvFinish: change(f) must call f(channel's offset of this vector, offset in the result, vector) and keep
// what it gives; load(pointer) loads as many lanes as there are. NaN passes through relu and its limit.
template <class Result, class Change, class Load>
HWY_INLINE void apply_finish(const ConvFinishOf<Result>& finish, const Change& change, const Load& load) {
  const hwy::HWY_NAMESPACE::ScalableTag<float> tag;
  using Vector = hwy::HWY_NAMESPACE::Vec<decltype(tag)>;
  namespace h = hwy::HWY_NAMESPACE;
  if (finish.bias)
    change([&](int64_t channel, int64_t, auto v, Vector x)
               HWY_ATTR { return h::Add(x, load(v, finish.bias + channel)); });
  if (finish.scale)
    change([&](int64_t channel, int64_t, auto v, Vector x) HWY_ATTR {
      return h::Add(h::Mul(x, load(v, finish.scale + channel)), load(v, finish.shift + channel));
    });
  if (finish.residual)
    change([&](int64_t, int64_t at, auto v, Vector x) HWY_ATTR { return h::Add(x, load(v, finish.residual + at)); });
  const bool limited = !std::isinf(finish.limit);
  const Vector limit = h::Set(tag, finish.limit);
  if (finish.relu)
    change([&](int64_t, int64_t, auto, Vector x) HWY_ATTR {
#if HWY_ARCH_X86
      // Where one is NaN, or both are 0, these give the second operand: as below, in half the instructions.
      const Vector positive = h::Max(h::Zero(tag), x);
      return limited ? h::Min(limit, positive) : positive;
#else
      const Vector positive = h::IfThenZeroElse(h::Lt(x, h::Zero(tag)), x);
      return h::IfThenElse(h::Gt(positive, limit), limit, positive);
#endif
    });
  if (finish.mask)
    change([&](int64_t, int64_t at, auto v, Vector x) HWY_ATTR {
      const Vector mask = load(v, finish.mask + at);
      const Vector kept = h::IfThenElseZero(h::Gt(mask, h::Zero(tag)), x);
      return limited ? h::IfThenElseZero(h::Lt(mask, limit), kept) : kept;
    });
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace cajal::cpu
HWY_AFTER_NAMESPACE();

#endif  // CAJAL_BACKENDS_CPU_CONV_FINISH_INL_H_
