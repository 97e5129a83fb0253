#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct Sinh : FloatUnary<Sinh> {
  static constexpr std::string_view name = "sinh", summary = "Hyperbolic sine.";
  template <class T>
  T apply(T x) const {
    return std::sinh(x);
  }
  Vars gradient(const Derivative& d) const { return {d.dy() * cosh(d.x())}; }
  static std::vector<Sample> samples() { return unary_samples<Sinh>(); }
};

}  // namespace

CAJAL_OP(sinh, Sinh)

Var sinh(const Var& x) { return record_float_unary(sinh_op(), x); }

}  // namespace cajal
