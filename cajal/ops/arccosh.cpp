#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct Arccosh : FloatUnary<Arccosh> {
  static constexpr std::string_view name = "arccosh", summary = "The number whose hyperbolic cosine is x.";
  template <class T>
  T apply(T x) const {
    return std::acosh(x);
  }
  Vars gradient(const Derivative& d) const { return {d.dy() * rsqrt(square(d.x()) - 1)}; }
  static std::vector<Sample> samples() { return joined(unary_samples<Arccosh>(1.3, 4), {edge_sample<Arccosh>()}); }
};

}  // namespace

CAJAL_OP(arccosh, Arccosh)

Var arccosh(const Var& x) { return record_float_unary(arccosh_op(), x); }

}  // namespace cajal
