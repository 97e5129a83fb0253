#include <numbers>

#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct Erf : FloatUnary<Erf> {
  static constexpr std::string_view name = "erf", summary = "The error function.";
  template <class T>
  T apply(T x) const {
    return std::erf(x);
  }
  Vars gradient(const Derivative& d) const { return {d.dy() * (2 * std::numbers::inv_sqrtpi * exp(-square(d.x())))}; }
  static std::vector<Sample> samples() { return joined(unary_samples<Erf>(), {edge_sample<Erf>()}); }
};

}  // namespace

CAJAL_OP(erf, Erf)

Var erf(const Var& x) { return record_float_unary(erf_op(), x); }

}  // namespace cajal
