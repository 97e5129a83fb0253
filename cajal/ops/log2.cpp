#include <numbers>

#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct Log2 : FloatUnary<Log2> {
  static constexpr std::string_view name = "log2", summary = "The logarithm to base 2.";
  template <class T>
  T apply(T x) const {
    return std::log2(x);
  }
  Vars gradient(const Derivative& d) const { return {d.dy() / (d.x() * std::numbers::ln2)}; }
  static std::vector<Sample> samples() { return joined(unary_samples<Log2>(0.2, 3), {edge_sample<Log2>()}); }
};

}  // namespace

CAJAL_OP(log2, Log2)

Var log2(const Var& x) { return record_float_unary(log2_op(), x); }

}  // namespace cajal
