#include <algorithm>
#include <numbers>

#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct Logaddexp : FloatBinary<Logaddexp> {
  static constexpr std::string_view name = "logaddexp", summary = "log(exp(a) + exp(b)) without overflow.";
  template <class T>
  T apply(T a, T b) const {
    if (a == b) return a + T(std::numbers::ln2);  // infinities too
    return std::max(a, b) + std::log1p(std::exp(-std::abs(a - b)));
  }
  Vars gradient(const Derivative& d) const {
    const Var share = sigmoid(d.x(0) - d.x(1));
    return {d.needed[0] ? d.dy() * share : Var(), d.needed[1] ? d.dy() * (1 - share) : Var()};
  }
  static std::vector<Sample> samples() { return joined(binary_samples(), {edge_pairs()}); }
};

}  // namespace

CAJAL_OP(logaddexp, Logaddexp)

Var logaddexp(const Var& a, const Var& b) { return record_float_binary(logaddexp_op(), a, b); }

}  // namespace cajal
