#include "cajal/ops/internal/reduction.h"

namespace cajal {
namespace {

struct Argmin : ArgumentAttributes {
  static constexpr std::string_view name = "argmin", summary = "The index of the smallest value along an axis.";
  Specs infer(std::span<const Spec> in) const {
    expect_inputs(in, 1);
    const ReductionAttributes reduction{{normal_axis(axis, in[0].shape.rank())}, keepdims};
    expect_elements(in[0].shape, reduction);
    return {Spec{reduced_shape(in[0].shape, reduction), DType::int32}};
  }
  void reference(const Call& call) const {
    for_type(call.in[0].dtype, [&](auto zero) { search(call, call.in[0].as<decltype(zero)>()); });
  }
  template <class T>
  void search(const Call& call, const T* x) const {
    const AxisView view(call.in[0], axis);
    int32_t* y = call.out[0].as<int32_t>();
    for (int64_t outer = 0; outer < view.outer; ++outer)
      for (int64_t inner = 0; inner < view.inner; ++inner)
        *y++ = int32_t(best(x + outer * view.size * view.inner + inner, view.size, view.inner));
  }
  // The first of equals; the first NaN, if there is one.
  template <class T>
  static int64_t best(const T* x, int64_t size, int64_t stride) {
    int64_t found = 0;
    for (int64_t i = 0; i < size; ++i) {
      const T value = x[i * stride];
      if (!(value == value)) return i;
      if (value < x[found * stride]) found = i;
    }
    return found;
  }
  static std::vector<Sample> samples() {
    const Tensor equals = Tensor::of({1, 3, 3, 2, -1, -1}, {2, 3});
    return {{Attributes(ArgumentAttributes{1, false}), {{{2, 3}}}, -2, 2, {}, false},
            {Attributes(ArgumentAttributes{0, true}), {{{5, 4}}}, -2, 2, {}, false},
            {Attributes(ArgumentAttributes{1, false}), {{{3, 17, 2}}}, -2, 2, {}, false},
            {Attributes(ArgumentAttributes{1, false}), {{{2, 3}, DType::int32}}, 0, 0, {equals}, false},
            {Attributes(ArgumentAttributes{0, false}), {{{19}}}, 0, 0, edge_sample<Argmin>().values, false}};
  }
};

}  // namespace

CAJAL_OP(argmin, Argmin)

Var argmin(const Var& x, int axis, bool keepdims) {
  return record(argmin_op(), Attributes(ArgumentAttributes{normal_axis(axis, x.rank()), keepdims}), {x});
}

}  // namespace cajal
