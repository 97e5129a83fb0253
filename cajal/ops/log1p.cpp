#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct Log1p : FloatUnary<Log1p> {
  static constexpr std::string_view name = "log1p", summary = "log(1 + x), exact also near 0.";
  template <class T>
  T apply(T x) const {
    return std::log1p(x);
  }
  Vars gradient(const Derivative& d) const { return {d.dy() / (d.x() + 1)}; }
  static std::vector<Sample> samples() { return joined(unary_samples<Log1p>(-0.7, 3), {edge_sample<Log1p>()}); }
};

}  // namespace

CAJAL_OP(log1p, Log1p)

Var log1p(const Var& x) { return record_float_unary(log1p_op(), x); }

}  // namespace cajal
