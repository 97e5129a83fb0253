#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct Tan : FloatUnary<Tan> {
  static constexpr std::string_view name = "tan", summary = "Tangent; x in radians.";
  template <class T>
  T apply(T x) const {
    return std::tan(x);
  }
  Vars gradient(const Derivative& d) const { return {d.dy() * (square(d.y()) + 1)}; }
  static std::vector<Sample> samples() { return unary_samples<Tan>(-1.2, 1.2); }
};

}  // namespace

CAJAL_OP(tan, Tan)

Var tan(const Var& x) { return record_float_unary(tan_op(), x); }

}  // namespace cajal
