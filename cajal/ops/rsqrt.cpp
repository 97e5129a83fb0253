#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct Rsqrt : FloatUnary<Rsqrt> {
  static constexpr std::string_view name = "rsqrt", summary = "1 / sqrt(x).";
  template <class T>
  T apply(T x) const {
    return T(1) / std::sqrt(x);
  }
  Vars gradient(const Derivative& d) const { return {-0.5 * d.dy() * d.y() * square(d.y())}; }
  static std::vector<Sample> samples() { return joined(unary_samples<Rsqrt>(0.3, 3), {edge_sample<Rsqrt>()}); }
};

}  // namespace

CAJAL_OP(rsqrt, Rsqrt)

Var rsqrt(const Var& x) { return record_float_unary(rsqrt_op(), x); }

}  // namespace cajal
