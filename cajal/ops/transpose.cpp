#include <numeric>

#include "cajal/graph/graph.h"
#include "cajal/ops/internal/walk.h"
#include "cajal/ops/shape.h"
#include "cajal/ops/shape_attributes.h"

namespace cajal {
namespace {

struct Transpose : TransposeAttributes {
  static constexpr std::string_view name = "transpose", summary = "The axes in another order.";
  Specs infer(std::span<const Spec> in) const {
    const Shape& from = in[0].shape;
    check_rank(from);
    if (int(axes.size()) != from.rank())
      fail("the order of axes has " + std::to_string(axes.size()) + " entries for a tensor of shape " + from.text());
    Shape out;
    std::vector<bool> seen(axes.size());
    for (int axis : axes) {
      if (seen[size_t(axis)]) fail("axis " + std::to_string(axis) + " stands twice in the order of axes");
      seen[size_t(axis)] = true;
      out.push_back(from[axis]);
    }
    return {Spec{out, in[0].dtype}};
  }
  static std::vector<int> inverse(const std::vector<int>& order) {
    std::vector<int> out(order.size());
    for (size_t i = 0; i < order.size(); ++i) out[size_t(order[i])] = int(i);
    return out;
  }
  Vars gradient(const Derivative& d) const { return {transpose(d.dy(), inverse(axes))}; }
  void reference(const Call& call) const {
    const Operand &in = call.in[0], &out = call.out[0];
    const Strides dense = strides_of(in);
    Strides strides{};
    for (size_t i = 0; i < axes.size(); ++i) strides[i] = dense[size_t(axes[i])];
    for_bytes(out.dtype, [&](auto zero) {
      using T = decltype(zero);
      for_strided(out.shape(), strides, 0, [&](int64_t i, int64_t offset) { out.as<T>()[i] = in.as<T>()[offset]; });
    });
  }
  // An order that changes nothing, or one that undoes the order before it.
  static Value simplify(const Graph& graph, const GraphNode& node) {
    const auto& order = node.attributes.as<TransposeAttributes>().axes;
    const GraphNode& before = graph.nodes[size_t(node.inputs[0].node)];
    if (std::is_sorted(order.begin(), order.end())) return node.inputs[0];
    const bool undone = before.op->name == name && before.attributes.as<TransposeAttributes>().axes == inverse(order);
    return undone ? before.inputs[0] : Value{};
  }
  static std::vector<Sample> samples() {
    return {{Attributes(TransposeAttributes{{1, 0}}), {{{2, 3}}}},
            {Attributes(TransposeAttributes{{2, 0, 1}}), {{{5, 1, 7}}}},
            {Attributes(TransposeAttributes{{0, 3, 1, 2}}), {{{2, 3, 4, 5}}}},
            {Attributes(TransposeAttributes{{}}), {{{}}}},
            {Attributes(TransposeAttributes{{1, 0}}), {{{0, 3}}}}};
  }
};

}  // namespace

CAJAL_OP(transpose, Transpose)

Var transpose(const Var& x, const std::vector<int>& axes) {
  TransposeAttributes order;
  for (int axis : axes) order.axes.push_back(normal_axis(axis, x.rank()));
  if (axes.empty()) {
    order.axes.resize(size_t(x.rank()));
    std::iota(order.axes.rbegin(), order.axes.rend(), 0);
  }
  return record(transpose_op(), Attributes(order), {x});
}

}  // namespace cajal
