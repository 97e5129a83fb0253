#include "cajal/ops/internal/take.h"

#include <cstring>

#include "cajal/ops/indexing.h"
#include "cajal/ops/shape_attributes.h"

namespace cajal {
namespace {

struct Take : AxisAttributes {
  static constexpr std::string_view name = "take", summary = "The parts at the given indices of one axis.";
  Specs infer(std::span<const Spec> in) const {
    check_indices(in[1]);
    return {Spec{taken_shape(in[0].shape, in[1].shape, axis), in[0].dtype}};
  }
  Vars gradient(const Derivative& d) const { return {record_take_gradient(d.dy(), d.x(1), d.x(0), axis), Var()}; }
  void reference(const Call& call) const {
    const AxisView in(call.in[0], axis);
    const Indices indices(call, 1);
    const size_t row = size_t(in.inner) * size_of(call.out[0].dtype);
    if (call.out[0].size == 0) return;
    std::byte* to = call.out[0].data;
    for (int64_t outer = 0; outer < in.outer; ++outer)
      for (int64_t i = 0; i < indices.size(); ++i, to += row) {
        const int64_t index = indices.on_axis(i, in.size);
        if (index < 0) std::memset(to, 0, row);
        else std::memcpy(to, call.in[0].data + size_t(outer * in.size + index) * row, row);
      }
  }
  static std::vector<Sample> samples() { return take_samples(); }
};

}  // namespace

CAJAL_OP(take, Take)

Shape taken_shape(const Shape& from, const Shape& indices, int axis) {
  Shape out = from.slice(0, axis);
  for (const Dim& dim : indices) out.push_back(dim);
  for (const Dim& dim : from.slice(axis + 1, from.rank())) out.push_back(dim);
  check_rank(out);
  return out;
}

std::vector<Sample> take_samples() {
  auto sample = [](Shape shape, int axis, Tensor indices) {
    return with_values({Attributes(AxisAttributes{axis}), {{shape}, {}}}, 1, indices);
  };
  return {sample({5, 3}, 0, Tensor::of<int32_t>({4, 0, 0, 2})),
          sample({2, 7}, 1, Tensor::of<int64_t>({-1, 3, 3, 0}, {2, 2})), sample({3, 4, 2}, 1, Tensor(3)),
          sample({3}, 0, Tensor({0}, DType::int32)), sample({2, 1, 5}, 2, Tensor::of<uint8_t>({4, 4, 4}))};
}

Var take(const Var& x, const Var& indices, int axis) {
  return record(take_op(), Attributes(AxisAttributes{normal_axis(axis, x.rank())}), {x, indices});
}

}  // namespace cajal
