#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct Elu : EluAttributes, FloatUnary<Elu> {
  static constexpr std::string_view name = "elu", summary = "x above 0, an exponential curve below.";
  template <class T>
  T apply(T x) const {
    return x > 0 ? x : T(alpha) * std::expm1(x);
  }
  Vars gradient(const Derivative& d) const {
    // The sign of y is that of x unless alpha turns it round: then x must be kept.
    const Var& sign = alpha >= 0 ? d.y() : d.x();
    return {where(sign > 0, d.dy(), d.dy() * (d.y() + alpha))};
  }
  static std::vector<Sample> samples() {
    return joined(joined(samples_around<Elu>(0), samples_around<Elu>(0, with(-0.5))), {edge_sample<Elu>(with(2))});
  }
  static Elu with(double alpha) {
    Elu out;
    out.alpha = alpha;
    return out;
  }
};

}  // namespace

CAJAL_OP(elu, Elu)

Var elu(const Var& x, double alpha) { return record_float_unary(elu_op(), x, EluAttributes{alpha}); }

}  // namespace cajal
