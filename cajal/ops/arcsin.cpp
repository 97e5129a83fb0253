#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct Arcsin : FloatUnary<Arcsin> {
  static constexpr std::string_view name = "arcsin", summary = "The angle whose sine is x.";
  template <class T>
  T apply(T x) const {
    return std::asin(x);
  }
  Vars gradient(const Derivative& d) const { return {d.dy() * rsqrt(1 - square(d.x()))}; }
  static std::vector<Sample> samples() { return joined(unary_samples<Arcsin>(-0.9, 0.9), {edge_sample<Arcsin>()}); }
};

}  // namespace

CAJAL_OP(arcsin, Arcsin)

Var arcsin(const Var& x) { return record_float_unary(arcsin_op(), x); }

}  // namespace cajal
