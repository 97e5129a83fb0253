#include "cajal/ops/internal/dynamic_slice.h"

#include <cstring>

#include "cajal/graph/needs.h"
#include "cajal/ops/shape.h"
#include "cajal/ops/shape_attributes.h"

namespace cajal {
namespace {

struct DynamicSlice : DynamicSliceAttributes {
  static constexpr std::string_view name = "dynamic_slice", summary = "A part of one axis, from a run-time offset on.";
  Specs infer(std::span<const Spec> in) const {
    check_offset(in[1]);
    Shape out = in[0].shape;
    const Dim& whole = out[axis];
    if (size.factor() < 0 || (!size.is_symbolic() && !whole.is_symbolic() && size.value() > whole.value()))
      fail(size.text() + " elements of axis " + std::to_string(axis) + " of a tensor of shape " + out.text());
    out[axis] = size;
    return {Spec{out, in[0].dtype}};
  }
  Vars gradient(const Derivative& d) const {
    return {dynamic_update_slice(zeros_like(d.x()), d.dy(), d.x(1), axis), Var()};
  }
  void reference(const Call& call) const {
    const AxisView in(call.in[0], axis), out(call.out[0], axis);
    const size_t row = size_t(out.inner) * size_of(call.out[0].dtype);
    const int64_t offset = read_offset(call, call.in[1], out.size, in.size);
    if (call.out[0].size == 0) return;
    if (offset < 0) return void(std::memset(call.out[0].data, 0, size_t(out.outer * out.size) * row));
    for (int64_t i = 0; i < out.outer; ++i)
      std::memcpy(call.out[0].data + size_t(i * out.size) * row, call.in[0].data + size_t(i * in.size + offset) * row,
                  size_t(out.size) * row);
  }
  static std::vector<Sample> samples() {
    auto sample = [](int axis, int64_t size, Shape shape, Tensor start) {
      Sample out{Attributes(DynamicSliceAttributes{axis, size}), {{shape}, {start.shape(), start.dtype()}}};
      out.values = {Tensor(), start};
      return out;
    };
    return {sample(0, 2, {5, 3}, Tensor(3)), sample(1, 3, {2, 7, 2}, Tensor::of<int64_t>({0})),
            sample(1, 4, {3, 4}, Tensor(0)), sample(0, 0, {3}, Tensor(3))};
  }
};

}  // namespace

CAJAL_OP(dynamic_slice, DynamicSlice)

Var record_dynamic_slice(const Var& x, const Var& start, int axis, const Dim& size) {
  return record(dynamic_slice_op(), Attributes(DynamicSliceAttributes{normal_axis(axis, x.rank()), size}), {x, start});
}

Var dynamic_slice(const Var& x, const Var& start, int axis, int64_t size) {
  return record_dynamic_slice(x, start, axis, size);
}

}  // namespace cajal
