#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct Sign : Unary<Sign> {
  static constexpr std::string_view name = "sign", summary = "-1, 0 or 1.";
  template <class T>
  T apply(T x) const {
    if (x == T(0) || !(x == x)) return x;
    return x < T(0) ? T(-1) : T(1);
  }
  static std::vector<Sample> samples() {
    return without_gradients(joined(unary_samples<Sign>(), {edge_sample<Sign>(), integer_sample()}));
  }
};

}  // namespace

CAJAL_OP(sign, Sign)

Var sign(const Var& x) { return record_unary(sign_op(), x); }

}  // namespace cajal
