#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct Ceil : FloatUnary<Ceil> {
  static constexpr std::string_view name = "ceil", summary = "The smallest whole number not below x.";
  template <class T>
  T apply(T x) const {
    return std::ceil(x);
  }
  static std::vector<Sample> samples() {
    return without_gradients(joined(unary_samples<Ceil>(), {edge_sample<Ceil>()}));
  }
};

}  // namespace

CAJAL_OP(ceil, Ceil)

Var ceil(const Var& x) { return record_float_unary(ceil_op(), x); }

}  // namespace cajal
