#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct Exp : FloatUnary<Exp> {
  static constexpr std::string_view name = "exp", summary = "e to the power of x.";
  template <class T>
  T apply(T x) const {
    return std::exp(x);
  }
  Vars gradient(const Derivative& d) const { return {d.dy() * d.y()}; }
  static std::vector<Sample> samples() { return joined(unary_samples<Exp>(), {edge_sample<Exp>()}); }
};

}  // namespace

CAJAL_OP(exp, Exp)

Var exp(const Var& x) { return record_float_unary(exp_op(), x); }

}  // namespace cajal
