#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct Expm1 : FloatUnary<Expm1> {
  static constexpr std::string_view name = "expm1", summary = "exp(x) - 1, exact also near 0.";
  template <class T>
  T apply(T x) const {
    return std::expm1(x);
  }
  Vars gradient(const Derivative& d) const { return {d.dy() * (d.y() + 1)}; }
  static std::vector<Sample> samples() { return joined(unary_samples<Expm1>(), {edge_sample<Expm1>()}); }
};

}  // namespace

CAJAL_OP(expm1, Expm1)

Var expm1(const Var& x) { return record_float_unary(expm1_op(), x); }

}  // namespace cajal
