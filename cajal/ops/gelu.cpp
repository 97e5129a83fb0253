#include <numbers>

#include "cajal/ops/internal/elementwise.h"

namespace cajal {

const Op& gelu_slope_op();

namespace {

struct Gelu : GeluAttributes, FloatUnary<Gelu> {
  static constexpr std::string_view name = "gelu";
  static constexpr std::string_view summary = "x times the probability that a standard normal number is below it.";
  template <class T>
  T apply(T x) const {
    if (std::isinf(x)) return x > 0 ? x : T(0);
    if (!approximate) return T(0.5) * x * std::erfc(x * T(-0.5 * std::numbers::sqrt2));
    return T(0.5) * x * (T(1) + std::tanh(T(inner_scale) * (x + T(0.044715) * x * x * x)));
  }
  Vars gradient(const Derivative& d) const {
    return {d.dy() * (approximate ? approximate_slope(d.x()) : record_float_unary(gelu_slope_op(), d.x()))};
  }
  static Var approximate_slope(const Var& x) {
    const Var t = tanh(inner_scale * (x + 0.044715 * x * square(x)));
    return 0.5 * (1 + t) + 0.5 * x * (1 - square(t)) * (inner_scale * (1 + 3 * 0.044715 * square(x)));
  }
  static constexpr double inner_scale = std::numbers::sqrt2 * std::numbers::inv_sqrtpi;  // sqrt(2 / pi)
  static std::vector<Sample> samples() {
    Gelu tanh_form;
    tanh_form.approximate = true;
    auto out = joined(unary_samples<Gelu>(), unary_samples<Gelu>(-3, 3, tanh_form));
    return joined(out, {edge_sample<Gelu>(), edge_sample<Gelu>(tanh_form)});
  }
};

}  // namespace

CAJAL_OP(gelu, Gelu)

Var gelu(const Var& x, bool approximate) { return record_float_unary(gelu_op(), x, GeluAttributes{approximate}); }

}  // namespace cajal
