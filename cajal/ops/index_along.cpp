#include "cajal/ops/internal/walk.h"
#include "cajal/ops/shape.h"
#include "cajal/ops/shape_attributes.h"

namespace cajal {
namespace {

struct IndexAlong : AxisAttributes {
  static constexpr std::string_view name = "index_along", summary = "0, 1, ..., size of the axis - 1.";
  static constexpr int value_inputs = 0;
  Specs infer(std::span<const Spec> in) const { return {Spec{Shape{in[0].shape[axis]}, DType::int32}}; }
  void reference(const Call& call) const {
    for (int64_t i = 0; i < call.out[0].size; ++i) call.out[0].as<int32_t>()[i] = int32_t(i);
  }
  static std::vector<Sample> samples() {
    return {{.attributes = Attributes(AxisAttributes{1}), .inputs = {{{2, 5}}}, .differentiable = false},
            {.attributes = Attributes(AxisAttributes{0}), .inputs = {{{0}}}, .differentiable = false}};
  }
};

}  // namespace

CAJAL_OP(index_along, IndexAlong)

Var index_along(const Var& x, int axis) {
  return record(index_along_op(), Attributes(AxisAttributes{normal_axis(axis, x.rank())}), {x});
}

}  // namespace cajal
