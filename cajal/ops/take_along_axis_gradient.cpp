#include <algorithm>

#include "cajal/ops/indexing.h"
#include "cajal/ops/internal/take.h"
#include "cajal/ops/shape_attributes.h"

namespace cajal {
namespace {

struct TakeAlongAxisGradient : AxisAttributes {
  static constexpr std::string_view name = "take_along_axis_gradient";
  static constexpr std::string_view summary = "Elements added at their own indices of one axis.";
  static constexpr int value_inputs = 2;
  Specs infer(std::span<const Spec> in) const {
    check_indices(in[1]);
    if (!(in[0].shape == in[1].shape)) fail("values of " + in[0].text() + " at indices of " + in[1].text());
    return {Spec{in[2].shape, in[0].dtype}};
  }
  Vars gradient(const Derivative& d) const { return {take_along_axis(d.dy(), d.x(1), axis), Var(), Var()}; }
  template <class T>
  void reference(const Call& call) const {
    const AxisView in(call.in[0], axis), out(call.out[0], axis);
    const Indices indices(call, 1);
    std::fill_n(call.out[0].as<T>(), call.out[0].size, T());
    for (int64_t i = 0; i < indices.size(); ++i) {
      const int64_t index = indices.on_axis(i, out.size), outer = i / (in.size * in.inner);
      if (index < 0) continue;
      T& to = call.out[0].as<T>()[(outer * out.size + index) * out.inner + i % in.inner];
      to = plus(to, call.in[0].as<T>()[i]);
    }
  }
  static std::vector<Sample> samples() {
    std::vector<Sample> out = take_along_axis_samples();
    for (Sample& sample : out) {
      sample.inputs = {Spec{sample.inputs[1].shape}, sample.inputs[1], sample.inputs[0]};
      sample.values.push_back(Tensor());
    }
    return out;
  }
};

}  // namespace

CAJAL_OP(take_along_axis_gradient, TakeAlongAxisGradient)

Var record_take_along_axis_gradient(const Var& dy, const Var& indices, const Var& like, int axis) {
  return record(take_along_axis_gradient_op(), Attributes(AxisAttributes{axis}), {dy, indices, like});
}

}  // namespace cajal
