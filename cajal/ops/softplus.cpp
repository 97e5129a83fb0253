#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct Softplus : FloatUnary<Softplus> {
  static constexpr std::string_view name = "softplus", summary = "log(1 + exp(x)): a smooth relu.";
  template <class T>
  T apply(T x) const {
    return (x > 0 ? x : (x == x ? T(0) : x)) + std::log1p(std::exp(-std::abs(x)));
  }
  Vars gradient(const Derivative& d) const { return {d.dy() * sigmoid(d.x())}; }
  static std::vector<Sample> samples() { return joined(unary_samples<Softplus>(), {edge_sample<Softplus>()}); }
};

}  // namespace

CAJAL_OP(softplus, Softplus)

Var softplus(const Var& x) { return record_float_unary(softplus_op(), x); }

}  // namespace cajal
