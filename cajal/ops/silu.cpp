#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct Silu : FloatUnary<Silu> {
  static constexpr std::string_view name = "silu", summary = "x sigmoid(x), also called swish.";
  template <class T>
  T apply(T x) const {
    if (x >= 0) return x / (T(1) + std::exp(-x));
    const T e = std::exp(x);
    return e == 0 ? T(0) : x * e / (T(1) + e);
  }
  Vars gradient(const Derivative& d) const {
    const Var s = sigmoid(d.x());
    return {d.dy() * (s * (d.x() * (1 - s) + 1))};
  }
  static std::vector<Sample> samples() { return joined(unary_samples<Silu>(), {edge_sample<Silu>()}); }
};

}  // namespace

CAJAL_OP(silu, Silu)

Var silu(const Var& x) { return record_float_unary(silu_op(), x); }

}  // namespace cajal
