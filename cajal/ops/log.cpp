#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct Log : FloatUnary<Log> {
  static constexpr std::string_view name = "log", summary = "The natural logarithm.";
  template <class T>
  T apply(T x) const {
    return std::log(x);
  }
  Vars gradient(const Derivative& d) const { return {d.dy() / d.x()}; }
  static std::vector<Sample> samples() { return joined(unary_samples<Log>(0.2, 3), {edge_sample<Log>()}); }
};

}  // namespace

CAJAL_OP(log, Log)

Var log(const Var& x) { return record_float_unary(log_op(), x); }

}  // namespace cajal
