#include "cajal/ops/internal/reduction.h"

namespace cajal {
namespace {

// Inputs: dy, and the value that the mean was taken of, of which only the shape matters: how many elements made one may
// be known only when the program runs.
struct MeanGradient : ReductionAttributes {
  static constexpr std::string_view name = "mean_gradient", summary = "dy / n, repeated along the axes of a mean.";
  static constexpr int value_inputs = 1;
  Specs infer(std::span<const Spec> in) const {
    expect_inputs(in, 2);
    expect_float(in[0]);
    if (const Shape shape = reduced_shape(in[1].shape, *this); !(shape == in[0].shape))
      fail("the gradient of a mean of shape " + shape.text() + " has the shape " + in[0].shape.text());
    return {Spec{in[1].shape, in[0].dtype}};
  }
  // It is linear, and the mean is its adjoint.
  Vars gradient(const Derivative& d) const { return {mean(d.dy(), axes, keepdims), Var()}; }
  void reference(const Call& call) const {
    for_float_type(call.out[0].dtype, [&](auto zero) { repeat<decltype(zero)>(call); });
  }
  template <class T>
  void repeat(const Call& call) const {
    const ReductionWalk walk(call.out[0], *this);
    const T* dy = call.in[0].as<T>();
    T* dx = call.out[0].as<T>();
    walk.each_result([&](int64_t i, int64_t start) {
      const T share = T(double(dy[i]) / double(walk.count()));
      walk.each_element(start, [&](int64_t at) { dx[at] = share; });
    });
  }
  static std::vector<Sample> samples() {
    std::vector<Sample> out = reduction_samples();
    for (Sample& sample : out) {
      const Shape whole = sample.inputs[0].shape;
      sample.inputs = {{reduced_shape(whole, sample.attributes.as<ReductionAttributes>())}, {whole}};
    }
    return out;
  }
};

}  // namespace

CAJAL_OP(mean_gradient, MeanGradient)

Var mean_gradient(const Var& dy, const ReductionAttributes& attributes, const Var& like) {
  return record(mean_gradient_op(), Attributes(attributes), {dy, like});
}

}  // namespace cajal
