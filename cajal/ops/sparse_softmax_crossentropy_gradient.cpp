#include "cajal/ops/creation.h"
#include "cajal/ops/internal/crossentropy.h"

namespace cajal {
namespace {

// Inputs: probabilities, labels, the gradient of each row's loss.
struct SparseSoftmaxCrossentropyGradient : SoftmaxAttributes {
  static constexpr std::string_view name = "sparse_softmax_crossentropy_gradient";
  static constexpr std::string_view summary = "The probabilities less 1 at the labelled class, times dloss.";
  Specs infer(std::span<const Spec> in) const {
    expect_inputs(in, 3);
    expect_float(in[0]);
    expect_same_type(in[0], in[2]);
    expect_labels(in[0], in[1], axis);
    if (!(in[1].shape == in[2].shape))
      fail("labels and dloss differ in shape: " + in[1].text() + " and " + in[2].text());
    return {Spec{in[0].shape, in[0].dtype}};
  }
  static std::vector<std::pair<int, int>> in_place() { return {{0, 0}}; }
  void reference(const Call& call) const {
    for_float_type(call.out[0].dtype, [&](auto zero) { rows<decltype(zero)>(call); });
  }
  template <class T>
  void rows(const Call& call) const {
    using C = Computed<T>;
    const AxisView view(call.in[0], axis);
    for_labelled_rows(view, call.in[1], [&](int64_t row, int64_t label, int64_t first) {
      const T* p = call.in[0].as<T>() + first;
      T* dx = call.out[0].as<T>() + first;
      const bool known = label >= 0 && label < view.size;
      if (!known) call.run->status.bad_index(call.node, label, view.size);
      const C scale = known ? C(call.in[2].as<T>()[row]) : std::numeric_limits<C>::quiet_NaN();
      for (int64_t i = 0; i < view.size; ++i) dx[i * view.inner] = T(C((C(p[i * view.inner]) - C(i == label)) * scale));
    });
  }
  // Linear in the probabilities and in dloss: what stands beside dloss is this op itself, of ones.
  Vars gradient(const Derivative& d) const {
    Vars out(3);
    if (d.needed[0]) out[0] = d.dy() * expand_dims(d.x(2), axis);
    if (d.needed[2])
      out[2] = sum(d.dy() * sparse_softmax_crossentropy_gradient(d.x(0), d.x(1), ones_like(d.x(2)), axis), {axis});
    return out;
  }
  static std::vector<Sample> samples() {
    const Tensor two = Tensor::of({2, 0}), many = Tensor::of({0, 4, 2, 1, 3, 4}, {3, 2});
    const Spec int32_two{{2}, DType::int32}, int32_many{{3, 2}, DType::int32};
    return {{Attributes(SoftmaxAttributes{1}), {{{2, 3}}, int32_two, {{2}}}, 0, 1, {{}, two, {}}},
            {Attributes(SoftmaxAttributes{1}), {{{3, 5, 2}}, int32_many, {{3, 2}}}, 0, 1, {{}, many, {}}}};
  }
};

}  // namespace

CAJAL_OP(sparse_softmax_crossentropy_gradient, SparseSoftmaxCrossentropyGradient)

Var sparse_softmax_crossentropy_gradient(const Var& probabilities, const Var& labels, const Var& dloss, int axis) {
  return record(sparse_softmax_crossentropy_gradient_op(), Attributes(SoftmaxAttributes{axis}),
                {probabilities, labels, dloss});
}

}  // namespace cajal
