#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct Arctanh : FloatUnary<Arctanh> {
  static constexpr std::string_view name = "arctanh", summary = "The number whose hyperbolic tangent is x.";
  template <class T>
  T apply(T x) const {
    return std::atanh(x);
  }
  Vars gradient(const Derivative& d) const { return {d.dy() / (1 - square(d.x()))}; }
  static std::vector<Sample> samples() { return joined(unary_samples<Arctanh>(-0.8, 0.8), {edge_sample<Arctanh>()}); }
};

}  // namespace

CAJAL_OP(arctanh, Arctanh)

Var arctanh(const Var& x) { return record_float_unary(arctanh_op(), x); }

}  // namespace cajal
