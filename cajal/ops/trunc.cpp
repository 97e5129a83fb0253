#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct Trunc : FloatUnary<Trunc> {
  static constexpr std::string_view name = "trunc", summary = "The whole number next to x on the side of 0.";
  template <class T>
  T apply(T x) const {
    return std::trunc(x);
  }
  static std::vector<Sample> samples() {
    return without_gradients(joined(unary_samples<Trunc>(), {edge_sample<Trunc>()}));
  }
};

}  // namespace

CAJAL_OP(trunc, Trunc)

Var trunc(const Var& x) { return record_float_unary(trunc_op(), x); }

}  // namespace cajal
