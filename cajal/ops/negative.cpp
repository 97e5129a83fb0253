#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct Negative : Unary<Negative> {
  static constexpr std::string_view name = "negative", summary = "x with the other sign.";
  template <class T>
  T apply(T x) const {
    if constexpr (std::is_integral_v<T>) return wrapped(T(0), x, std::minus<>());
    else return -x;
  }
  Vars gradient(const Derivative& d) const { return {-d.dy()}; }
  static std::vector<Sample> samples() {
    return joined(unary_samples<Negative>(), {edge_sample<Negative>(), integer_sample()});
  }
};

}  // namespace

CAJAL_OP(negative, Negative)

Var negative(const Var& x) { return record_unary(negative_op(), x); }

}  // namespace cajal
