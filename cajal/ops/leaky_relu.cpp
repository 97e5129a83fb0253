#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct LeakyRelu : LeakyReluAttributes, FloatUnary<LeakyRelu> {
  static constexpr std::string_view name = "leaky_relu", summary = "x above 0, a small multiple of it below.";
  template <class T>
  T apply(T x) const {
    return x > 0 ? x : T(negative_slope) * x;
  }
  Vars gradient(const Derivative& d) const {
    // The sign of y is that of x unless the slope turns it round: then x must be kept.
    const Var& sign = negative_slope >= 0 ? d.y() : d.x();
    return {where(sign > 0, d.dy(), negative_slope * d.dy())};
  }
  static std::vector<Sample> samples() {
    return joined(joined(samples_around<LeakyRelu>(0), samples_around<LeakyRelu>(0, with(-0.5))),
                  {edge_sample<LeakyRelu>(with(0.3))});
  }
  static LeakyRelu with(double slope) {
    LeakyRelu out;
    out.negative_slope = slope;
    return out;
  }
};

}  // namespace

CAJAL_OP(leaky_relu, LeakyRelu)

Var leaky_relu(const Var& x, double negative_slope) {
  return record_float_unary(leaky_relu_op(), x, LeakyReluAttributes{negative_slope});
}

}  // namespace cajal
