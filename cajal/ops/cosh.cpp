#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct Cosh : FloatUnary<Cosh> {
  static constexpr std::string_view name = "cosh", summary = "Hyperbolic cosine.";
  template <class T>
  T apply(T x) const {
    return std::cosh(x);
  }
  Vars gradient(const Derivative& d) const { return {d.dy() * sinh(d.x())}; }
  static std::vector<Sample> samples() { return unary_samples<Cosh>(); }
};

}  // namespace

CAJAL_OP(cosh, Cosh)

Var cosh(const Var& x) { return record_float_unary(cosh_op(), x); }

}  // namespace cajal
