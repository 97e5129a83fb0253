#include "cajal/ops/internal/softmax.h"
#include "cajal/ops/losses.h"

namespace cajal {
namespace {

// Outputs: the loss of each row, and the probabilities, which the gradient needs.
struct SoftmaxCrossentropy : SoftmaxAttributes {
  static constexpr std::string_view name = "softmax_crossentropy";
  static constexpr std::string_view summary = "-sum(targets log(softmax(logits))) along an axis.";
  Specs infer(std::span<const Spec> in) const {
    expect_inputs(in, 2);
    expect_float(in[0]);
    expect_same_type(in[0], in[1]);
    if (!(in[0].shape == in[1].shape))
      fail("logits and targets differ in shape: " + in[0].text() + " and " + in[1].text(),
           "for labels that are class numbers use sparse_softmax_crossentropy");
    return {Spec{reduced_shape(in[0].shape, {{axis}, false}), in[0].dtype}, Spec{in[0].shape, in[0].dtype}};
  }
  void reference(const Call& call) const {
    for_float_type(call.out[0].dtype, [&](auto zero) { rows<decltype(zero)>(call); });
  }
  template <class T>
  void rows(const Call& call) const {
    const AxisView view(call.in[0], axis);
    T* y = call.out[0].as<T>();
    for (int64_t outer = 0; outer < view.outer; ++outer)
      for (int64_t inner = 0; inner < view.inner; ++inner) {
        const int64_t first = outer * view.size * view.inner + inner;
        const T *logits = call.in[0].as<T>() + first, *targets = call.in[1].as<T>() + first;
        *y++ = loss(logits, targets, view);
        softmax_row(logits, call.out[1].as<T>() + first, view.size, view.inner);
      }
  }
  template <class T>
  static T loss(const T* logits, const T* targets, const AxisView& view) {
    using C = Computed<T>;
    const C largest = largest_of(logits, view.size, view.inner);
    const C log_total = std::log(sum_of_exponentials(logits, view.size, view.inner, largest));
    double total = 0;
    for (int64_t i = 0; i < view.size; ++i) {
      const C target = targets[i * view.inner];
      if (target != 0) total += double(target) * double(log_total - (C(logits[i * view.inner]) - largest));
    }
    return T(C(total));
  }
  Vars gradient(const Derivative& d) const {
    const Var &logits = d.x(0), &targets = d.x(1), &probabilities = d.y(1);
    Vars out(2);
    if (d.dy().defined()) {
      const Var dloss = expand_dims(d.dy(), axis);
      if (d.needed[0]) out[0] = dloss * (probabilities * sum(targets, {axis}, true) - targets);
      if (d.needed[1]) out[1] = -(dloss * log_softmax(logits, axis));
    }
    if (d.dy(1).defined() && d.needed[0]) {
      const Var more = softmax_gradient(probabilities, d.dy(1), axis);
      out[0] = out[0].defined() ? out[0] + more : more;
    }
    return out;
  }
  static std::vector<Sample> samples() {
    const Tensor large = Tensor::of({1000.f, 1001.f, 998.f, -1e30f, 0.f, 5.f}, {2, 3});
    const Tensor shares = Tensor::of({0.5f, 0.5f, 0.f, 0.f, 1.f, 0.f}, {2, 3});
    return {{Attributes(SoftmaxAttributes{1}), {{{2, 3}}, {{2, 3}}}, 0, 1},
            {Attributes(SoftmaxAttributes{1}), {{{3, 5, 2}}, {{3, 5, 2}}}, 0, 1},
            {Attributes(SoftmaxAttributes{0}), {{{4}}, {{4}}}, 0, 1},
            {Attributes(SoftmaxAttributes{1}), {{{2, 3}}, {{2, 3}}}, 0, 0, {large, shares}, false}};
  }
};

}  // namespace

CAJAL_OP(softmax_crossentropy, SoftmaxCrossentropy)

Var softmax_crossentropy(const Var& logits, const Var& targets, int axis) {
  const Var x = as_float(logits);
  const SoftmaxAttributes attributes{normal_axis(axis, x.rank())};
  return record(softmax_crossentropy_op(), Attributes(attributes), {x, cast(targets, x.dtype())});
}

}  // namespace cajal
