#include "cajal/ops/internal/batch_norm.h"

namespace cajal {
namespace {

struct BatchNormTraining : NormalizationAttributes {
  static constexpr std::string_view name = "batch_norm_training", summary = "Normalizes over a batch.";
  Specs infer(std::span<const Spec> in) const {
    expect_inputs(in, 3);
    const Shape kept = reduced_shape(in[0].shape, along(*this));
    expect_parameter(in[0], in[1], kept);
    expect_parameter(in[0], in[2], kept);
    expect_same_type(in[1], in[2]);
    const Spec statistic{kept, in[1].dtype};
    return {Spec{in[0].shape, in[0].dtype}, statistic, statistic, statistic};
  }
  static std::vector<std::pair<int, int>> in_place() { return {{0, 0}}; }
  void reference(const Call& call) const {
    for_two_float_types(call.in[0].dtype, call.in[1].dtype,
                        [&](auto x, auto parameter) { channels<decltype(x), decltype(parameter)>(call); });
  }
  template <class T, class P>
  void channels(const Call& call) const {
    const ReductionWalk walk(call.in[0], along(*this));
    const T* x = call.in[0].as<T>();
    walk.each_result([&](int64_t i, int64_t start) {
      const Moments moments(walk, x, start);
      const double inverse = 1 / std::sqrt(moments.variance + epsilon);
      const double gamma = double(call.in[1].as<P>()[i]), beta = double(call.in[2].as<P>()[i]);
      walk.each_element(start, [&](int64_t at) {
        call.out[0].as<T>()[at] = convert<T>((double(x[at]) - moments.mean) * inverse * gamma + beta);
      });
      call.out[1].as<P>()[i] = convert<P>(moments.mean);
      call.out[2].as<P>()[i] = convert<P>(moments.variance);
      call.out[3].as<P>()[i] = convert<P>(inverse);
    });
  }
  Vars gradient(const Derivative& d) const {
    Vars out(3);
    if (d.dy().defined()) out = batch_norm_gradient(*this, d.x(0), d.x(1), d.y(1), d.y(3), d.dy());
    const Var more = statistics_gradient(d.x(), d.y(1), d.y(3), d.dy(1), d.dy(2), d.dy(3), along(*this));
    if (more.defined()) out[0] = out[0].defined() ? out[0] + more : more;
    return out;
  }
  static std::vector<Sample> samples() {
    std::vector<Sample> out;
    for (const auto& [shape, axes] : normalization_cases()) {
      const NormalizationAttributes attributes{0.01, axes};
      const Shape kept = reduced_shape(shape, along(attributes));
      out.push_back({Attributes(attributes), {{shape}, {kept}, {kept}}, -1, 2});
    }
    return out;
  }
};

}  // namespace

CAJAL_OP(batch_norm_training, BatchNormTraining)

std::vector<std::pair<Shape, std::vector<int>>> normalization_cases() {
  return {{{4, 2}, {0}}, {{2, 3, 2, 3}, {0, 1, 2}}, {{2, 3, 5}, {0, 2}}, {{3, 7}, {1}}, {{2, 3}, {0, 1}}};
}

Vars batch_norm_training(const Var& x, const Var& gamma, const Var& beta, double epsilon,
                         const std::vector<int>& axes) {
  const NormalizationAttributes attributes{epsilon, normal_axes(axes, x.rank())};
  return record_all(batch_norm_training_op(), Attributes(attributes), {x, gamma, beta});
}

}  // namespace cajal
