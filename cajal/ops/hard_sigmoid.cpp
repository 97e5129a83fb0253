#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct HardSigmoid : FloatUnary<HardSigmoid> {
  static constexpr std::string_view name = "hard_sigmoid";
  static constexpr std::string_view summary = "A straight line through 1/2 that stops at 0 and 1.";
  template <class T>
  T apply(T x) const {
    const T line = x / T(6) + T(0.5);
    return line < T(0) ? T(0) : (line > T(1) ? T(1) : line);
  }
  Vars gradient(const Derivative& d) const { return {where(abs(d.x()) < 3, d.dy() * (1.0 / 6), 0)}; }
  static std::vector<Sample> samples() {
    return joined(joined(samples_around<HardSigmoid>(3), samples_around<HardSigmoid>(-3)),
                  {edge_sample<HardSigmoid>()});
  }
};

}  // namespace

CAJAL_OP(hard_sigmoid, HardSigmoid)

Var hard_sigmoid(const Var& x) { return record_float_unary(hard_sigmoid_op(), x); }

}  // namespace cajal
