#include "cajal/ops/internal/layer_norm.h"

namespace cajal {
namespace {

// Inputs: x, gamma, mean, 1 / stddev, dy. Outputs: dx, dgamma, dbeta.
struct LayerNormGradient : NormalizationAttributes {
  static constexpr std::string_view name = "layer_norm_gradient", summary = "Gradients of layer normalization.";
  Specs infer(std::span<const Spec> in) const {
    expect_inputs(in, 5);
    const Shape kept = reduced_shape(in[0].shape, along(*this));
    expect_parameter(in[0], in[1], layer_norm_parameter(*this, in[0].shape));
    for (size_t i : {2, 3}) expect_parameter(in[0], in[i], kept);
    if (!(in[4] == in[0])) fail("x and dy differ: " + in[0].text() + " and " + in[4].text());
    return {Spec{in[0].shape, in[0].dtype}, Spec{in[1].shape, in[1].dtype}, Spec{in[1].shape, in[1].dtype}};
  }
  void reference(const Call& call) const {
    for_two_float_types(call.in[0].dtype, call.in[1].dtype, [&](auto x, auto parameter) {
      values<decltype(x), decltype(parameter)>(call);
      parameters<decltype(x), decltype(parameter)>(call);
    });
  }
  template <class T, class P>
  void values(const Call& call) const {
    const ReductionWalk walk(call.in[0], along(*this));
    const T *x = call.in[0].as<T>(), *dy = call.in[4].as<T>();
    const P* gamma = call.in[1].as<P>();
    walk.each_result([&](int64_t i, int64_t start) {
      const double mean = double(call.in[2].as<P>()[i]), inverse = double(call.in[3].as<P>()[i]);
      double total = 0, along_normal = 0;
      int64_t k = 0;
      walk.each_element(start, [&](int64_t at) {
        const double g = double(dy[at]) * double(gamma[k++]);
        total += g;
        along_normal += g * (double(x[at]) - mean) * inverse;
      });
      k = 0;
      walk.each_element(start, [&](int64_t at) {
        const double normal = (double(x[at]) - mean) * inverse;
        const double share = (total + normal * along_normal) / double(walk.count());
        call.out[0].as<T>()[at] = convert<T>(inverse * (double(dy[at]) * double(gamma[k++]) - share));
      });
    });
  }
  // dgamma and dbeta: sums over the samples, for each element of gamma.
  template <class T, class P>
  void parameters(const Call& call) const {
    auto over_samples = along(*this).reduced(call.in[0].rank);
    for (bool& goes : over_samples) goes = !goes;
    const ReductionWalk walk(call.in[0], over_samples);
    const T *x = call.in[0].as<T>(), *dy = call.in[4].as<T>();
    walk.each_result([&](int64_t k, int64_t start) {
      double dgamma = 0, dbeta = 0;
      int64_t i = 0;
      walk.each_element(start, [&](int64_t at) {
        const double mean = double(call.in[2].as<P>()[i]), inverse = double(call.in[3].as<P>()[i]);
        dgamma += double(dy[at]) * (double(x[at]) - mean) * inverse;
        dbeta += double(dy[at]);
        ++i;
      });
      call.out[1].as<P>()[k] = convert<P>(dgamma);
      call.out[2].as<P>()[k] = convert<P>(dbeta);
    });
  }
  Vars decomposed(const Vars& in) const {
    const int rank = in[0].rank();
    const DType type = in[1].dtype();
    const std::vector<int> others = other_axes(axes, rank);
    auto wide = [&](const Var& statistic) { return with_axes(statistic, along(*this), rank); };
    const Var x = cast(in[0], type), dy = cast(in[4], type), inverse = wide(in[3]);
    const Var normal = (x - wide(in[2])) * inverse, g = dy * with_axes(in[1], {others, false}, rank);
    const Var distance = g - mean(g, axes, true) - normal * mean(g * normal, axes, true);
    return {cast(inverse * distance, in[0].dtype()), sum_along(dy * normal, others), sum_along(dy, others)};
  }
  Vars gradient(const Derivative& d) const {
    return decomposed_gradient(d, [this](const Vars& inputs) { return decomposed(inputs); });
  }
  static std::vector<Sample> samples() {
    std::vector<Sample> out;
    for (const auto& [shape, axes] : layer_norm_cases()) {
      const NormalizationAttributes attributes{0.01, axes};
      const Shape kept = reduced_shape(shape, along(attributes)), parameter = layer_norm_parameter(attributes, shape);
      out.push_back({Attributes(attributes), {{shape}, {parameter}, {kept}, {kept}, {shape}}, -1, 2});
    }
    return out;
  }
};

}  // namespace

CAJAL_OP(layer_norm_gradient, LayerNormGradient)

Vars layer_norm_gradient(const NormalizationAttributes& attributes, const Var& x, const Var& gamma, const Var& mean,
                         const Var& inverse_stddev, const Var& dy) {
  return record_all(layer_norm_gradient_op(), Attributes(attributes), {x, gamma, mean, inverse_stddev, dy});
}

}  // namespace cajal
