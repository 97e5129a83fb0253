#include "cajal/ops/internal/batch_norm.h"

namespace cajal {
namespace {

// Inputs: x, gamma, mean, 1 / stddev, dy. Outputs: dx, dgamma, dbeta.
struct BatchNormGradient : NormalizationAttributes {
  static constexpr std::string_view name = "batch_norm_gradient", summary = "Gradients of batch normalization.";
  Specs infer(std::span<const Spec> in) const {
    expect_inputs(in, 5);
    const Shape kept = reduced_shape(in[0].shape, along(*this));
    for (size_t i : {1, 2, 3}) expect_parameter(in[0], in[i], kept);
    if (!(in[4] == in[0])) fail("x and dy differ: " + in[0].text() + " and " + in[4].text());
    const Spec parameter{kept, in[1].dtype};
    return {Spec{in[0].shape, in[0].dtype}, parameter, parameter};
  }
  static std::vector<std::pair<int, int>> in_place() { return {{4, 0}, {0, 0}}; }
  void reference(const Call& call) const {
    for_two_float_types(call.in[0].dtype, call.in[1].dtype,
                        [&](auto x, auto parameter) { channels<decltype(x), decltype(parameter)>(call); });
  }
  template <class T, class P>
  void channels(const Call& call) const {
    const ReductionWalk walk(call.in[0], along(*this));
    const T *x = call.in[0].as<T>(), *dy = call.in[4].as<T>();
    const double count = double(walk.count());
    walk.each_result([&](int64_t i, int64_t start) {
      auto parameter = [&](size_t input) { return double(call.in[input].template as<P>()[i]); };
      const double gamma = parameter(1), mean = parameter(2), inverse = parameter(3);
      auto normal = [&](int64_t at) { return (double(x[at]) - mean) * inverse; };
      double dgamma = 0, dbeta = 0;
      walk.each_element(start, [&](int64_t at) {
        dgamma += double(dy[at]) * normal(at);
        dbeta += double(dy[at]);
      });
      walk.each_element(start, [&](int64_t at) {
        const double distance = double(dy[at]) - (dbeta + normal(at) * dgamma) / count;
        call.out[0].as<T>()[at] = convert<T>(gamma * inverse * distance);
      });
      call.out[1].as<P>()[i] = convert<P>(dgamma);
      call.out[2].as<P>()[i] = convert<P>(dbeta);
    });
  }
  Vars decomposed(const Vars& in) const {
    const int rank = in[0].rank();
    const DType type = in[1].dtype();
    const ReductionAttributes reduction = along(*this);
    auto wide = [&](const Var& parameter) { return with_axes(parameter, reduction, rank); };
    const Var x = cast(in[0], type), dy = cast(in[4], type), inverse = wide(in[3]);
    const Var normal = (x - wide(in[2])) * inverse;
    const Var distance = dy - mean(dy, axes, true) - normal * mean(dy * normal, axes, true);
    return {cast(wide(in[1]) * inverse * distance, in[0].dtype()), sum(dy * normal, axes), sum(dy, axes)};
  }
  Vars gradient(const Derivative& d) const {
    return decomposed_gradient(d, [this](const Vars& inputs) { return decomposed(inputs); });
  }
  static std::vector<Sample> samples() {
    std::vector<Sample> out;
    for (const auto& [shape, axes] : normalization_cases()) {
      const NormalizationAttributes attributes{0.01, axes};
      const Shape kept = reduced_shape(shape, along(attributes));
      out.push_back({Attributes(attributes), {{shape}, {kept}, {kept}, {kept}, {shape}}, -1, 2});
    }
    return out;
  }
};

}  // namespace

CAJAL_OP(batch_norm_gradient, BatchNormGradient)

Vars batch_norm_gradient(const NormalizationAttributes& attributes, const Var& x, const Var& gamma, const Var& mean,
                         const Var& inverse_stddev, const Var& dy) {
  return record_all(batch_norm_gradient_op(), Attributes(attributes), {x, gamma, mean, inverse_stddev, dy});
}

}  // namespace cajal
