#include "cajal/ops/internal/crossentropy.h"

namespace cajal {
namespace {

// Outputs: the loss of each row, and the probabilities, which the gradient needs.
struct SparseSoftmaxCrossentropy : SoftmaxAttributes {
  static constexpr std::string_view name = "sparse_softmax_crossentropy";
  static constexpr std::string_view summary = "-log of the probability that softmax gives the labelled class.";
  Specs infer(std::span<const Spec> in) const {
    expect_inputs(in, 2);
    expect_float(in[0]);
    expect_labels(in[0], in[1], axis);
    return {Spec{in[1].shape, in[0].dtype}, Spec{in[0].shape, in[0].dtype}};
  }
  static std::vector<std::pair<int, int>> in_place() { return {{0, 1}}; }
  void reference(const Call& call) const {
    for_float_type(call.out[0].dtype, [&](auto zero) { rows<decltype(zero)>(call); });
  }
  template <class T>
  void rows(const Call& call) const {
    const AxisView view(call.in[0], axis);
    for_labelled_rows(view, call.in[1], [&](int64_t row, int64_t label, int64_t first) {
      const T* logits = call.in[0].as<T>() + first;
      call.out[0].as<T>()[row] = loss(call, logits, label, view);
      softmax_row(logits, call.out[1].as<T>() + first, view.size, view.inner);
    });
  }
  template <class T>
  static T loss(const Call& call, const T* logits, int64_t label, const AxisView& view) {
    using C = Computed<T>;
    if (label < 0 || label >= view.size) {
      call.run->status.bad_index(call.node, label, view.size);
      return T(std::numeric_limits<C>::quiet_NaN());
    }
    const C largest = largest_of(logits, view.size, view.inner);
    const C total = sum_of_exponentials(logits, view.size, view.inner, largest);
    return T(C(std::log(total) - (C(logits[label * view.inner]) - largest)));
  }
  Vars gradient(const Derivative& d) const {
    Var dx;
    if (d.dy().defined()) dx = sparse_softmax_crossentropy_gradient(d.y(1), d.x(1), d.dy(), axis);
    if (d.dy(1).defined()) {
      const Var more = softmax_gradient(d.y(1), d.dy(1), axis);
      dx = dx.defined() ? dx + more : more;
    }
    return {dx, Var()};
  }
  static std::vector<Sample> samples() {
    const Tensor two = Tensor::of({2, 0}), many = Tensor::of({0, 4, 2, 1, 3, 4}, {3, 2});
    const Tensor large = Tensor::of({1000.f, 1001.f, 998.f, -1e30f, 0.f, 5.f}, {2, 3});
    const Spec int32_two{{2}, DType::int32}, int64_many{{3, 2}, DType::int64};
    return {{Attributes(SoftmaxAttributes{1}), {{{2, 3}}, int32_two}, -2, 2, {{}, two}},
            {Attributes(SoftmaxAttributes{1}), {{{3, 5, 2}}, int64_many}, -2, 2, {{}, many.cast(DType::int64)}},
            {Attributes(SoftmaxAttributes{0}), {{{3}}, {{}, DType::uint8}}, -2, 2, {{}, Tensor(1).cast(DType::uint8)}},
            {Attributes(SoftmaxAttributes{1}), {{{2, 3}}, int32_two}, 0, 0, {large, two}, false}};
  }
};

}  // namespace

CAJAL_OP(sparse_softmax_crossentropy, SparseSoftmaxCrossentropy)

void expect_labels(const Spec& logits, const Spec& labels, int axis) {
  const Shape rows = reduced_shape(logits.shape, {{axis}, false});
  if (!is_integer(labels.dtype)) fail("labels are integers, not " + labels.text(), "cast(labels, DType::int32)");
  if (!(labels.shape == rows))
    fail("labels of the shape " + rows.text() + " were expected beside logits of the shape " + logits.shape.text() +
             ", not " + labels.shape.text(),
         labels.shape == logits.shape ? "for one number per class use softmax_crossentropy" : "");
}

Var sparse_softmax_crossentropy(const Var& logits, const Var& labels, int axis) {
  const SoftmaxAttributes attributes{normal_axis(axis, logits.rank())};
  return record(sparse_softmax_crossentropy_op(), Attributes(attributes), {as_float(logits), labels});
}

}  // namespace cajal
