#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct Arcsinh : FloatUnary<Arcsinh> {
  static constexpr std::string_view name = "arcsinh", summary = "The number whose hyperbolic sine is x.";
  template <class T>
  T apply(T x) const {
    return std::asinh(x);
  }
  Vars gradient(const Derivative& d) const { return {d.dy() * rsqrt(square(d.x()) + 1)}; }
  static std::vector<Sample> samples() { return joined(unary_samples<Arcsinh>(), {edge_sample<Arcsinh>()}); }
};

}  // namespace

CAJAL_OP(arcsinh, Arcsinh)

Var arcsinh(const Var& x) { return record_float_unary(arcsinh_op(), x); }

}  // namespace cajal
