#include "cajal/ops/internal/elementwise.h"
#include "cajal/ops/losses.h"

namespace cajal {
namespace {

struct SigmoidCrossentropy : FloatBinary<SigmoidCrossentropy> {
  static constexpr std::string_view name = "sigmoid_crossentropy";
  static constexpr std::string_view summary = "The cross-entropy of a probability given as a logit.";
  template <class T>
  T apply(T x, T z) const {
    return (x > 0 ? x : T(0)) - x * z + std::log1p(std::exp(-std::abs(x)));
  }
  Vars gradient(const Derivative& d) const {
    return {d.needed[0] ? d.dy() * (sigmoid(d.x(0)) - d.x(1)) : Var(), d.needed[1] ? -(d.dy() * d.x(0)) : Var()};
  }
  static std::vector<Sample> samples() {
    const Tensor x = Tensor::of({0.f, 100.f, -100.f, 1e30f, -1e30f, 3.f}),
                 z = Tensor::of({0.f, 1.f, 0.f, 1.f, 0.f, 0.5f});
    return joined(binary_samples(0.1, 1), {{{}, {{{6}}, {{6}}}, 0, 0, {x, z}, false}});
  }
};

}  // namespace

CAJAL_OP(sigmoid_crossentropy, SigmoidCrossentropy)

Var sigmoid_crossentropy(const Var& logits, const Var& targets) {
  const Var x = as_float(logits);
  return record(sigmoid_crossentropy_op(), {}, {x, cast(targets, x.dtype())});
}

}  // namespace cajal
