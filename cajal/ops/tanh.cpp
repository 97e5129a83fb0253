#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct Tanh : FloatUnary<Tanh> {
  static constexpr std::string_view name = "tanh", summary = "Hyperbolic tangent: from -1 to 1.";
  template <class T>
  T apply(T x) const {
    return std::tanh(x);
  }
  Vars gradient(const Derivative& d) const { return {d.dy() * (1 - square(d.y()))}; }
  static std::vector<Sample> samples() { return joined(unary_samples<Tanh>(), {edge_sample<Tanh>()}); }
};

}  // namespace

CAJAL_OP(tanh, Tanh)

Var tanh(const Var& x) { return record_float_unary(tanh_op(), x); }

}  // namespace cajal
