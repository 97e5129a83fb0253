#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct Selu : FloatUnary<Selu> {
  static constexpr std::string_view name = "selu", summary = "elu with the constants that keep mean 0 and variance 1.";
  template <class T>
  T apply(T x) const {
    return T(selu_scale) * (x > 0 ? x : T(selu_alpha) * std::expm1(x));
  }
  Vars gradient(const Derivative& d) const {
    return {where(d.y() > 0, selu_scale * d.dy(), d.dy() * (d.y() + selu_scale * selu_alpha))};
  }
  static std::vector<Sample> samples() { return joined(samples_around<Selu>(0), {edge_sample<Selu>()}); }
};

}  // namespace

CAJAL_OP(selu, Selu)

Var selu(const Var& x) { return record_float_unary(selu_op(), x); }

}  // namespace cajal
