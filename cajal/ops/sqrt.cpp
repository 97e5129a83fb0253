#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct Sqrt : FloatUnary<Sqrt> {
  static constexpr std::string_view name = "sqrt", summary = "The number whose square is x.";
  template <class T>
  T apply(T x) const {
    return std::sqrt(x);
  }
  Vars gradient(const Derivative& d) const { return {0.5 * d.dy() / d.y()}; }
  static std::vector<Sample> samples() { return joined(unary_samples<Sqrt>(0.2, 3), {edge_sample<Sqrt>()}); }
};

}  // namespace

CAJAL_OP(sqrt, Sqrt)

Var sqrt(const Var& x) { return record_float_unary(sqrt_op(), x); }

}  // namespace cajal
