// Activation functions.
#include "cajal/backends/cpu/internal/targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cajal/backends/cpu/internal/blocks_activation.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include "cajal/backends/cpu/internal/blocks-inl.h"
#include "cajal/backends/cpu/internal/blocks.h"
#include "cajal/ops/elementwise_attributes.h"

HWY_BEFORE_NAMESPACE();
namespace cajal::cpu {
namespace HWY_NAMESPACE {
namespace {

HWY_INLINE V clipped(V x, float low, float high) { return at_most(at_least(x, low), high); }
HWY_INLINE V hard_sigmoid(V x) { return clipped(hn::MulAdd(x, set(1 / 6.0f), set(0.5f)), 0, 1); }

// x times a factor that falls to 0: minus infinity too becomes 0.
HWY_INLINE V gated(V x, V gate) { return hn::IfThenZeroElse(hn::Eq(gate, zero()), hn::Mul(x, gate)); }
HWY_INLINE V softsign(V x) {
  const V y = hn::Div(x, hn::Add(set(1), hn::Abs(x)));
  return hn::IfThenElse(hn::Eq(hn::Abs(x), set(std::numeric_limits<float>::infinity())), hn::CopySign(set(1), x), y);
}

CAJAL_UNARY(Relu, at_least(x, 0))
CAJAL_UNARY(Relu6, clipped(x, 0, 6))
CAJAL_UNARY(Sigmoid, sigmoid(x))
CAJAL_UNARY(HardSigmoid, hard_sigmoid(x))
CAJAL_UNARY(Silu, gated(x, sigmoid(x)))
CAJAL_UNARY(HardSilu, gated(x, hard_sigmoid(x)))
CAJAL_UNARY(Softplus, softplus(x))
CAJAL_UNARY(Softsign, softsign(x))

struct LeakyRelu {
  V slope;
  explicit LeakyRelu(const void* attributes) {
    slope = set(float(static_cast<const LeakyReluAttributes*>(attributes)->negative_slope));
  }
  HWY_INLINE V operator()(V x) const { return hn::IfThenElse(hn::Lt(x, zero()), hn::Mul(slope, x), x); }
};

struct Elu {
  V alpha;
  explicit Elu(const void* attributes) { alpha = set(float(static_cast<const EluAttributes*>(attributes)->alpha)); }
  HWY_INLINE V operator()(V x) const { return hn::IfThenElse(hn::Lt(x, zero()), hn::Mul(alpha, expm1(x)), x); }
};

HWY_INLINE V selu(V x) {
  const V below = hn::Mul(set(float(selu_scale * selu_alpha)), expm1(x));
  return hn::IfThenElse(hn::Lt(x, zero()), below, hn::Mul(set(float(selu_scale)), x));
}
CAJAL_UNARY(Selu, selu(x))

// (1 + tanh(z)) / 2 is the sigmoid of 2 z, which keeps its relative precision in the lower tail.
HWY_INLINE V gelu_by_tanh(V x) {
  const V cubic = hn::Mul(hn::Mul(x, x), x);
  const V z = hn::Mul(set(1.5957691216f), hn::MulAdd(set(0.044715f), cubic, x));
  return gated(x, sigmoid(z));
}

// x less what the chance of more takes from it, or what the chance of less leaves.
HWY_INLINE V gelu(V x) {
  const V size = hn::Min(hn::Abs(x), set(normal_end));
  return hn::NegMulAdd(size, normal(size).beyond, at_least(x, 0));
}
CAJAL_UNARY(Gelu, gelu(x))
CAJAL_UNARY(GeluByTanh, gelu_by_tanh(x))
void gelu_block(const void* attributes, const void* const* in, void* out, int64_t count) noexcept {
  const bool approximate = static_cast<const GeluAttributes*>(attributes)->approximate;
  (approximate ? float_unary<GeluByTanh> : float_unary<Gelu>)(attributes, in, out, count);
}

// The chance of less plus x times the density.
HWY_INLINE V gelu_slope(V x) {
  const V at = clipped(x, -normal_end, normal_end);
  const Normal n = normal(hn::Abs(at));
  const V below = hn::IfThenElse(hn::Lt(x, zero()), n.beyond, hn::Sub(set(1), n.beyond));
  return hn::MulAdd(hn::Mul(at, n.bell), set(0.39894228f), below);
}
CAJAL_UNARY(GeluSlope, gelu_slope(x))

constexpr Block kBlocks[] = {
    {"relu", "f>f", float_unary<Relu>},
    {"relu6", "f>f", float_unary<Relu6>},
    {"leaky_relu", "f>f", float_unary<LeakyRelu>},
    {"elu", "f>f", float_unary<Elu>},
    {"selu", "f>f", float_unary<Selu>},
    {"gelu", "f>f", gelu_block},
    {"gelu_slope", "f>f", float_unary<GeluSlope>},
    {"sigmoid", "f>f", float_unary<Sigmoid>},
    {"hard_sigmoid", "f>f", float_unary<HardSigmoid>},
    {"silu", "f>f", float_unary<Silu>},
    {"hard_silu", "f>f", float_unary<HardSilu>},
    {"softplus", "f>f", float_unary<Softplus>},
    {"softsign", "f>f", float_unary<Softsign>},
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
std::span<const Block> activation_blocks() { return HWY_DYNAMIC_DISPATCH(table)(); }
}  // namespace cajal::cpu
#endif
