#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct Softsign : FloatUnary<Softsign> {
  static constexpr std::string_view name = "softsign", summary = "x / (1 + |x|).";
  template <class T>
  T apply(T x) const {
    return std::isinf(x) ? std::copysign(T(1), x) : x / (T(1) + std::abs(x));
  }
  Vars gradient(const Derivative& d) const { return {d.dy() * square(1 - abs(d.y()))}; }
  static std::vector<Sample> samples() { return joined(samples_around<Softsign>(0), {edge_sample<Softsign>()}); }
};

}  // namespace

CAJAL_OP(softsign, Softsign)

Var softsign(const Var& x) { return record_float_unary(softsign_op(), x); }

}  // namespace cajal
