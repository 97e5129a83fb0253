#include "cajal/ops/internal/slice.h"

#include "cajal/graph/graph.h"
#include "cajal/ops/internal/walk.h"
#include "cajal/ops/shape.h"

namespace cajal {
namespace {

struct SliceOp : SliceAttributes {
  static constexpr std::string_view name = "slice", summary = "start:stop:step of each axis.";
  Specs infer(std::span<const Spec> in) const { return {Spec{sliced_shape(*this, in[0].shape), in[0].dtype}}; }
  Vars gradient(const Derivative& d) const { return {record_slice_gradient(d.dy(), d.x(), *this)}; }
  void reference(const Call& call) const {
    const Operand &in = call.in[0], &out = call.out[0];
    const SliceWalk walk(*this, in);
    for_bytes(out.dtype, [&](auto zero) {
      using T = decltype(zero);
      for_strided(out.shape(), walk.strides, walk.start,
                  [&](int64_t i, int64_t offset) { out.as<T>()[i] = in.as<T>()[offset]; });
    });
  }
  static Value simplify(const Graph& graph, const GraphNode& node) {
    const auto& attributes = node.attributes.as<SliceAttributes>();
    const bool forward = std::all_of(attributes.steps.begin(), attributes.steps.end(), [](int64_t s) { return s > 0; });
    return forward && graph.spec(node.inputs[0]) == node.outputs[0] ? node.inputs[0] : Value{};
  }
  static std::vector<Sample> samples() { return slice_samples(); }
};

}  // namespace

CAJAL_OP(slice, SliceOp)

namespace {
bool takes_all(const Slice& slice) {
  const bool forward = slice.step == 1 && (slice.start == 0 || slice.start == from_first);
  return slice.stop == to_end && (forward || (slice.step == -1 && slice.start == from_first));
}
}  // namespace

Shape sliced_shape(const SliceAttributes& attributes, const Shape& from) {
  check_rank(from);
  if (int(attributes.starts.size()) > from.rank())
    fail(std::to_string(attributes.starts.size()) + " slices of a tensor of shape " + from.text());
  Shape out = from;
  for (int axis = 0; axis < int(attributes.starts.size()); ++axis) {
    const Slice slice = attributes.axis(axis);
    if (slice.step == 0) fail("a slice with step 0", "a step of 1, or -1 to go backwards");
    if (!takes_all(slice)) out[axis] = axis_range(slice, from[axis].value()).count;
  }
  return out;
}

std::vector<Sample> slice_samples() {
  auto sample = [](std::vector<int64_t> starts, std::vector<int64_t> stops, std::vector<int64_t> steps, Shape shape) {
    return Sample{Attributes(SliceAttributes{starts, stops, steps}), {{shape}}};
  };
  return {sample({1}, {3}, {1}, {4, 3}),
          sample({0, 1}, {to_end, -1}, {1, 1}, {2, 5}),
          sample({1, from_first}, {to_end, to_end}, {2, -1}, {6, 7}),
          sample({-2, 4}, {0, 0}, {-1, -3}, {3, 5, 2}),
          sample({2}, {2}, {1}, {5, 3}),
          sample({}, {}, {}, {})};
}

Var slice(const Var& x, const std::vector<int64_t>& starts, const std::vector<int64_t>& stops,
          const std::vector<int64_t>& steps) {
  if (starts.size() != stops.size() || (!steps.empty() && steps.size() != starts.size()))
    fail("a slice with " + std::to_string(starts.size()) + " starts, " + std::to_string(stops.size()) + " stops and " +
         std::to_string(steps.size()) + " steps");
  SliceAttributes attributes{starts, stops, steps.empty() ? std::vector<int64_t>(starts.size(), 1) : steps};
  return record(slice_op(), Attributes(attributes), {x});
}

}  // namespace cajal
