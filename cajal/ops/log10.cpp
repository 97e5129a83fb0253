#include <numbers>

#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct Log10 : FloatUnary<Log10> {
  static constexpr std::string_view name = "log10", summary = "The logarithm to base 10.";
  template <class T>
  T apply(T x) const {
    return std::log10(x);
  }
  Vars gradient(const Derivative& d) const { return {d.dy() / (d.x() * std::numbers::ln10)}; }
  static std::vector<Sample> samples() { return joined(unary_samples<Log10>(0.2, 3), {edge_sample<Log10>()}); }
};

}  // namespace

CAJAL_OP(log10, Log10)

Var log10(const Var& x) { return record_float_unary(log10_op(), x); }

}  // namespace cajal
