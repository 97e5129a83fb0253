#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct Round : FloatUnary<Round> {
  static constexpr std::string_view name = "round";
  static constexpr std::string_view summary = "The nearest whole number, the even one of two equally near.";
  template <class T>
  T apply(T x) const {
    return std::nearbyint(x);
  }
  static std::vector<Sample> samples() {
    return without_gradients(joined(unary_samples<Round>(), {edge_sample<Round>()}));
  }
};

}  // namespace

CAJAL_OP(round, Round)

Var round(const Var& x) { return record_float_unary(round_op(), x); }

}  // namespace cajal
