#include <numbers>

#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

// An op of its own, because the function and the density of the normal distribution share their exponential.
struct GeluSlope : FloatUnary<GeluSlope> {
  static constexpr std::string_view name = "gelu_slope";
  static constexpr std::string_view summary = "The slope of gelu: for its gradient.";
  template <class T>
  T apply(T x) const {
    const T below = T(0.5) * std::erfc(x * T(-0.5 * std::numbers::sqrt2));
    return std::isinf(x) ? below : below + x * std::exp(T(-0.5) * x * x) * T(density);
  }
  Vars gradient(const Derivative& d) const {
    return {d.dy() * (2 - square(d.x())) * exp(-0.5 * square(d.x())) * density};
  }
  static constexpr double density = std::numbers::inv_sqrtpi / std::numbers::sqrt2;  // at 0
  static std::vector<Sample> samples() { return joined(unary_samples<GeluSlope>(), {edge_sample<GeluSlope>()}); }
};

}  // namespace

CAJAL_OP(gelu_slope, GeluSlope)

}  // namespace cajal
