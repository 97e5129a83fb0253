#include <algorithm>

#include "cajal/ops/indexing.h"
#include "cajal/ops/internal/take.h"
#include "cajal/ops/shape_attributes.h"

namespace cajal {
namespace {

struct TakeGradient : AxisAttributes {
  static constexpr std::string_view name = "take_gradient", summary = "Rows added at their indices of one axis.";
  static constexpr int value_inputs = 2;
  Specs infer(std::span<const Spec> in) const {
    check_indices(in[1]);
    const Shape taken = taken_shape(in[2].shape, in[1].shape, axis);
    if (!(taken == in[0].shape)) fail("rows of " + in[0].text() + " where the indices make " + taken.text());
    return {Spec{in[2].shape, in[0].dtype}};
  }
  Vars gradient(const Derivative& d) const { return {take(d.dy(), d.x(1), axis), Var(), Var()}; }

  template <class T>
  void reference(const Call& call) const {
    if constexpr (std::is_same_v<T, Summed<T>>) add_rows<T>(call);
    else sum_elements<T>(call);
  }

  template <class T>
  void add_rows(const Call& call) const {
    const AxisView out(call.out[0], axis);
    const Indices indices(call, 1);
    std::fill_n(call.out[0].as<T>(), call.out[0].size, T());
    const T* row = call.in[0].as<T>();
    for (int64_t outer = 0; outer < out.outer; ++outer)
      for (int64_t i = 0; i < indices.size(); ++i, row += out.inner) {
        const int64_t index = indices.on_axis(i, out.size);
        if (index < 0) continue;
        T* to = call.out[0].as<T>() + (outer * out.size + index) * out.inner;
        for (int64_t j = 0; j < out.inner; ++j) to[j] = plus(to[j], row[j]);
      }
  }

  // Of narrow floats a sum would stop growing at 256: each is made in float, all rows looked through for it.
  template <class T>
  void sum_elements(const Call& call) const {
    const AxisView out(call.out[0], axis);
    const Indices indices(call, 1);
    const T* dy = call.in[0].as<T>();
    for (int64_t k = 0; k < call.out[0].size; ++k) {
      const int64_t outer = k / (out.size * out.inner), index = k / out.inner % out.size, j = k % out.inner;
      float sum = 0;
      for (int64_t i = 0; i < indices.size(); ++i)
        if (indices.on_axis(i, out.size) == index) sum += float(dy[(outer * indices.size() + i) * out.inner + j]);
      call.out[0].as<T>()[k] = T(sum);
    }
  }

  static std::vector<Sample> samples() {
    std::vector<Sample> out = take_samples();
    for (Sample& sample : out) {
      const int axis = sample.attributes.as<AxisAttributes>().axis;
      const Shape rows = taken_shape(sample.inputs[0].shape, sample.inputs[1].shape, axis);
      sample.inputs = {Spec{rows}, sample.inputs[1], sample.inputs[0]};
      sample.values.push_back(Tensor());
    }
    return out;
  }
};

}  // namespace

CAJAL_OP(take_gradient, TakeGradient)

Var record_take_gradient(const Var& dy, const Var& indices, const Var& like, int axis) {
  return record(take_gradient_op(), Attributes(AxisAttributes{axis}), {dy, indices, like});
}

}  // namespace cajal
