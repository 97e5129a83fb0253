#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct Arctan : FloatUnary<Arctan> {
  static constexpr std::string_view name = "arctan", summary = "The angle whose tangent is x.";
  template <class T>
  T apply(T x) const {
    return std::atan(x);
  }
  Vars gradient(const Derivative& d) const { return {d.dy() / (square(d.x()) + 1)}; }
  static std::vector<Sample> samples() { return joined(unary_samples<Arctan>(), {edge_sample<Arctan>()}); }
};

}  // namespace

CAJAL_OP(arctan, Arctan)

Var arctan(const Var& x) { return record_float_unary(arctan_op(), x); }

}  // namespace cajal
