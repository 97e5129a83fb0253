#include "cajal/ops/internal/layer_norm.h"

namespace cajal {
namespace {

// Outputs: y, and of each sample: mean and 1 / stddev, which the gradient needs.
struct LayerNorm : NormalizationAttributes {
  static constexpr std::string_view name = "layer_norm", summary = "Normalizes each sample by itself.";
  Specs infer(std::span<const Spec> in) const {
    expect_inputs(in, 3);
    const Shape parameter = layer_norm_parameter(*this, in[0].shape);
    expect_parameter(in[0], in[1], parameter);
    expect_parameter(in[0], in[2], parameter);
    expect_same_type(in[1], in[2]);
    const Spec statistic{reduced_shape(in[0].shape, along(*this)), in[1].dtype};
    return {Spec{in[0].shape, in[0].dtype}, statistic, statistic};
  }
  static std::vector<std::pair<int, int>> in_place() { return {{0, 0}}; }
  void reference(const Call& call) const {
    for_two_float_types(call.in[0].dtype, call.in[1].dtype,
                        [&](auto x, auto parameter) { samples_of<decltype(x), decltype(parameter)>(call); });
  }
  template <class T, class P>
  void samples_of(const Call& call) const {
    const ReductionWalk walk(call.in[0], along(*this));
    const T* x = call.in[0].as<T>();
    const P *gamma = call.in[1].as<P>(), *beta = call.in[2].as<P>();
    walk.each_result([&](int64_t i, int64_t start) {
      const Moments moments(walk, x, start);
      const double inverse = 1 / std::sqrt(moments.variance + epsilon);
      int64_t k = 0;
      walk.each_element(start, [&](int64_t at) {
        const double normal = (double(x[at]) - moments.mean) * inverse;
        call.out[0].as<T>()[at] = convert<T>(normal * double(gamma[k]) + double(beta[k]));
        ++k;
      });
      call.out[1].as<P>()[i] = convert<P>(moments.mean);
      call.out[2].as<P>()[i] = convert<P>(inverse);
    });
  }
  Vars gradient(const Derivative& d) const {
    Vars out(3);
    if (d.dy().defined()) out = layer_norm_gradient(*this, d.x(0), d.x(1), d.y(1), d.y(2), d.dy());
    const Var more = statistics_gradient(d.x(), d.y(1), d.y(2), d.dy(1), Var(), d.dy(2), along(*this));
    if (more.defined()) out[0] = out[0].defined() ? out[0] + more : more;
    return out;
  }
  static std::vector<Sample> samples() {
    std::vector<Sample> out;
    for (const auto& [shape, axes] : layer_norm_cases()) {
      const NormalizationAttributes attributes{0.01, axes};
      const Shape parameter = layer_norm_parameter(attributes, shape);
      out.push_back({Attributes(attributes), {{shape}, {parameter}, {parameter}}, -1, 2});
    }
    return out;
  }
};

}  // namespace

CAJAL_OP(layer_norm, LayerNorm)

Var layer_norm(const Var& x, const Var& gamma, const Var& beta, double epsilon, const std::vector<int>& axes) {
  const NormalizationAttributes attributes{epsilon, normal_axes(axes, x.rank())};
  return record(layer_norm_op(), Attributes(attributes), {x, gamma, beta});
}

}  // namespace cajal
