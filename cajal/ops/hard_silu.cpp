#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct HardSilu : FloatUnary<HardSilu> {
  static constexpr std::string_view name = "hard_silu";
  static constexpr std::string_view summary = "x times a straight line through 1/2 that stops at 0 and 1.";
  template <class T>
  T apply(T x) const {
    if (x <= T(-3)) return T(0);
    return x >= T(3) ? x : x * (x / T(6) + T(0.5));
  }
  Vars gradient(const Derivative& d) const {
    const Var middle = d.dy() * (d.x() * (1.0 / 3) + 0.5);
    return {where(d.x() > 3, d.dy(), where(d.x() < -3, 0, middle))};
  }
  static std::vector<Sample> samples() {
    return joined(joined(samples_around<HardSilu>(3), samples_around<HardSilu>(-3)), {edge_sample<HardSilu>()});
  }
};

}  // namespace

CAJAL_OP(hard_silu, HardSilu)

Var hard_silu(const Var& x) { return record_float_unary(hard_silu_op(), x); }

}  // namespace cajal
