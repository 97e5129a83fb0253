#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct Square : Unary<Square> {
  static constexpr std::string_view name = "square", summary = "x x.";
  template <class T>
  T apply(T x) const {
    return wrapped(x, x, std::multiplies<>());
  }
  Vars gradient(const Derivative& d) const { return {2 * d.dy() * d.x()}; }
  static std::vector<Sample> samples() {
    return joined(unary_samples<Square>(), {edge_sample<Square>(), integer_sample()});
  }
};

}  // namespace

CAJAL_OP(square, Square)

Var square(const Var& x) { return record_unary(square_op(), x); }

}  // namespace cajal
