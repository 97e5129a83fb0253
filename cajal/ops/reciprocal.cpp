#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct Reciprocal : FloatUnary<Reciprocal> {
  static constexpr std::string_view name = "reciprocal", summary = "1 / x.";
  template <class T>
  T apply(T x) const {
    return T(1) / x;
  }
  Vars gradient(const Derivative& d) const { return {-(d.dy() * square(d.y()))}; }
  static std::vector<Sample> samples() {
    return joined(unary_samples<Reciprocal>(0.4, 3), {edge_sample<Reciprocal>()});
  }
};

}  // namespace

CAJAL_OP(reciprocal, Reciprocal)

Var reciprocal(const Var& x) { return record_float_unary(reciprocal_op(), x); }

}  // namespace cajal
