#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct Cos : FloatUnary<Cos> {
  static constexpr std::string_view name = "cos", summary = "Cosine; x in radians.";
  template <class T>
  T apply(T x) const {
    return std::cos(x);
  }
  Vars gradient(const Derivative& d) const { return {-(d.dy() * sin(d.x()))}; }
  static std::vector<Sample> samples() { return unary_samples<Cos>(); }
};

}  // namespace

CAJAL_OP(cos, Cos)

Var cos(const Var& x) { return record_float_unary(cos_op(), x); }

}  // namespace cajal
