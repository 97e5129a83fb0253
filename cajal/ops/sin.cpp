#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct Sin : FloatUnary<Sin> {
  static constexpr std::string_view name = "sin", summary = "Sine; x in radians.";
  template <class T>
  T apply(T x) const {
    return std::sin(x);
  }
  Vars gradient(const Derivative& d) const { return {d.dy() * cos(d.x())}; }
  static std::vector<Sample> samples() { return unary_samples<Sin>(); }
};

}  // namespace

CAJAL_OP(sin, Sin)

Var sin(const Var& x) { return record_float_unary(sin_op(), x); }

}  // namespace cajal
