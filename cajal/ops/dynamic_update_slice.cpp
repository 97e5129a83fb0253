#include <cstring>

#include "cajal/graph/needs.h"
#include "cajal/ops/internal/dynamic_slice.h"
#include "cajal/ops/shape.h"
#include "cajal/ops/shape_attributes.h"

namespace cajal {
namespace {

struct DynamicUpdateSlice : AxisAttributes {
  static constexpr std::string_view name = "dynamic_update_slice", summary = "A part of one axis written over.";
  Specs infer(std::span<const Spec> in) const {
    check_offset(in[2]);
    Shape fitting = in[0].shape;
    if (in[1].shape.rank() == fitting.rank()) fitting[axis] = in[1].shape[axis];
    if (!(fitting == in[1].shape) || in[0].dtype != in[1].dtype)
      fail("an update of " + in[1].text() + " along axis " + std::to_string(axis) + " of " + in[0].text());
    return {in[0]};
  }
  Vars gradient(const Derivative& d) const {
    Vars out(3);
    if (d.needed[0]) out[0] = dynamic_update_slice(d.dy(), zeros_like(d.x(1)), d.x(2), axis);
    if (d.needed[1]) out[1] = record_dynamic_slice(d.dy(), d.x(2), axis, d.x(1).dim(axis));
    return out;
  }
  void reference(const Call& call) const {
    const AxisView whole(call.in[0], axis), part(call.in[1], axis);
    const size_t row = size_t(whole.inner) * size_of(call.out[0].dtype);
    const int64_t offset = read_offset(call, call.in[2], part.size, whole.size);
    std::byte* out = call.out[0].data;
    if (call.out[0].size == 0) return;
    if (out != call.in[0].data) std::memcpy(out, call.in[0].data, size_t(whole.outer * whole.size) * row);
    if (offset < 0 || call.in[1].size == 0) return;
    for (int64_t i = 0; i < whole.outer; ++i)
      std::memcpy(out + size_t(i * whole.size + offset) * row, call.in[1].data + size_t(i * part.size) * row,
                  size_t(part.size) * row);
  }
  static std::vector<std::pair<int, int>> in_place() { return {{0, 0}}; }
  static std::vector<Sample> samples() {
    auto sample = [](int axis, Shape shape, Shape part, Tensor start) {
      Sample out{Attributes(AxisAttributes{axis}), {{shape}, {part}, {start.shape(), start.dtype()}}};
      out.values = {Tensor(), Tensor(), start};
      return out;
    };
    return {sample(0, {5, 3}, {2, 3}, Tensor(3)), sample(1, {2, 7, 2}, {2, 1, 2}, Tensor::of<int64_t>({6})),
            sample(1, {3, 4}, {3, 4}, Tensor(0)), sample(0, {3}, {0}, Tensor(3))};
  }
};

}  // namespace

CAJAL_OP(dynamic_update_slice, DynamicUpdateSlice)

Var dynamic_update_slice(const Var& x, const Var& update, const Var& start, int axis) {
  return record(dynamic_update_slice_op(), Attributes(AxisAttributes{normal_axis(axis, x.rank())}), {x, update, start});
}

}  // namespace cajal
