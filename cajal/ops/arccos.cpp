#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct Arccos : FloatUnary<Arccos> {
  static constexpr std::string_view name = "arccos", summary = "The angle whose cosine is x.";
  template <class T>
  T apply(T x) const {
    return std::acos(x);
  }
  Vars gradient(const Derivative& d) const { return {-(d.dy() * rsqrt(1 - square(d.x())))}; }
  static std::vector<Sample> samples() { return joined(unary_samples<Arccos>(-0.9, 0.9), {edge_sample<Arccos>()}); }
};

}  // namespace

CAJAL_OP(arccos, Arccos)

Var arccos(const Var& x) { return record_float_unary(arccos_op(), x); }

}  // namespace cajal
