#include "cajal/ops/indexing.h"
#include "cajal/ops/internal/take.h"
#include "cajal/ops/shape.h"
#include "cajal/ops/shape_attributes.h"

namespace cajal {
namespace {

struct TakeAlongAxis : AxisAttributes {
  static constexpr std::string_view name = "take_along_axis", summary = "Elements at their own indices of one axis.";
  Specs infer(std::span<const Spec> in) const {
    check_indices(in[1]);
    Shape fitting = in[0].shape;
    if (in[1].shape.rank() == fitting.rank()) fitting[axis] = in[1].shape[axis];
    if (!(fitting == in[1].shape))
      fail("indices of shape " + in[1].shape.text() + " along axis " + std::to_string(axis) + " of " +
           in[0].shape.text());
    return {Spec{in[1].shape, in[0].dtype}};
  }
  Vars gradient(const Derivative& d) const {
    return {record_take_along_axis_gradient(d.dy(), d.x(1), d.x(0), axis), Var()};
  }
  void reference(const Call& call) const {
    const AxisView in(call.in[0], axis), out(call.out[0], axis);
    const Indices indices(call, 1);
    for_bytes(call.out[0].dtype, [&](auto zero) {
      using T = decltype(zero);
      for (int64_t i = 0; i < indices.size(); ++i) {
        const int64_t index = indices.on_axis(i, in.size), outer = i / (out.size * out.inner);
        const T* row = call.in[0].as<T>() + outer * in.size * in.inner + i % out.inner;
        call.out[0].as<T>()[i] = index < 0 ? T() : row[index * in.inner];
      }
    });
  }
  static std::vector<Sample> samples() { return take_along_axis_samples(); }
};

// The shape with every axis but one broadcast.
Shape broadcast_but(const Shape& shape, const Shape& other, int axis) {
  Shape mine = shape, theirs = other;
  mine[axis] = theirs[axis] = 1;
  Shape out = broadcast(mine, theirs);
  out[axis] = shape[axis];
  return out;
}

}  // namespace

CAJAL_OP(take_along_axis, TakeAlongAxis)

std::vector<Sample> take_along_axis_samples() {
  auto sample = [](Shape shape, int axis, Tensor indices) {
    return with_values({Attributes(AxisAttributes{axis}), {{shape}, {}}}, 1, indices);
  };
  return {sample({2, 3}, 1, Tensor::of<int32_t>({2, 2, 0, -3}, {2, 2})),
          sample({3, 2, 2}, 0, Tensor::of<int64_t>({1, 0, 2, 2}, {1, 2, 2})),
          sample({4}, 0, Tensor::of<int32_t>({3, 3, 3, 0, -1})), sample({2, 3}, 1, Tensor({2, 0}, DType::int32))};
}

Var take_along_axis(const Var& x, const Var& indices, int axis) {
  const int along = normal_axis(axis, x.rank());
  if (indices.rank() != x.rank())
    fail("take_along_axis: indices of shape " + indices.shape().text() + " for a tensor of shape " + x.shape().text(),
         "as many axes as the tensor has");
  const Shape wide = broadcast_but(x.shape(), indices.shape(), along);
  const Shape wide_indices = broadcast_but(indices.shape(), x.shape(), along);
  const Var from = wide == x.shape() ? x : broadcast_to(x, wide);
  const Var at = wide_indices == indices.shape() ? indices : broadcast_to(indices, wide_indices);
  return record(take_along_axis_op(), Attributes(AxisAttributes{along}), {from, at});
}

}  // namespace cajal
