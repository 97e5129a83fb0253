#include "cajal/ops/internal/reshape.h"

#include <cstring>

#include "cajal/graph/graph.h"
#include "cajal/ops/internal/walk.h"
#include "cajal/ops/shape.h"

namespace cajal {
namespace {

// The target with the dimensions that are the input's own filled in, -1 still standing.
Shape with_own_dimensions(const ReshapeAttributes& attributes, const Shape& from) {
  Shape out = attributes.target;
  for (size_t i = 0; i < attributes.same_as.size(); ++i)
    if (attributes.same_as[i] >= 0) out[int(i)] = from[attributes.same_as[i]];
  return out;
}

Shape reshaped(const ReshapeAttributes& attributes, const Shape& from) {
  Shape out = with_own_dimensions(attributes, from);
  int open = -1;
  Dim known = 1;
  for (int axis = 0; axis < out.rank(); ++axis) {
    if (!(out[axis] == -1)) known = known * out[axis];
    else if (open >= 0) fail("the target shape " + out.text() + " has more than one -1");
    else open = axis;
  }
  auto refuse = [&] {
    fail(from.text() + " cannot be reshaped to " + attributes.target.text() + ": the number of elements is " +
         from.size().text() + " and " + known.text() + (open < 0 ? "" : " times a whole number"));
  };
  if (open < 0 && !(known == from.size())) refuse();
  if (open >= 0) {
    try {
      out[open] = exact_division(from.size(), known);
    } catch (const Error&) {
      refuse();
    }
  }
  return out;
}

struct Reshape : ReshapeAttributes {
  static constexpr std::string_view name = "reshape", summary = "The same elements in row-major order, another shape.";
  Specs infer(std::span<const Spec> in) const {
    const Shape out = reshaped(*this, in[0].shape);
    check_rank(out);
    for (const Dim& dim : out)
      if (dim.factor() < 0) fail("the target shape " + target.text() + " has a negative dimension");
    return {Spec{out, in[0].dtype}};
  }
  Vars gradient(const Derivative& d) const { return {reshape(d.dy(), d.x().shape())}; }
  void reference(const Call& call) const {
    if (call.out[0].size)
      std::memmove(call.out[0].data, call.in[0].data, size_t(call.out[0].size) * size_of(call.out[0].dtype));
  }
  static std::vector<std::pair<int, int>> in_place() { return {{0, 0}}; }
  // To the shape that x has, or back to the shape that it had before.
  static Value simplify(const Graph& graph, const GraphNode& node) {
    const Value x = node.inputs[0];
    if (graph.spec(x) == node.outputs[0]) return x;
    const GraphNode& before = graph.nodes[size_t(x.node)];
    return before.op->name == name && graph.spec(before.inputs[0]) == node.outputs[0] ? before.inputs[0] : Value{};
  }
  static std::vector<Sample> samples() {
    return {{Attributes(ReshapeAttributes{{6}}), {{{2, 3}}}},
            {Attributes(ReshapeAttributes{{3, -1, 1}}), {{{2, 3, 5}}}},
            {Attributes(ReshapeAttributes{{1, 1}}), {{{}}}},
            {Attributes(ReshapeAttributes{{}}), {{{1, 1}}}},
            {Attributes(ReshapeAttributes{{0, 7}}), {{{3, 0}}}},
            {Attributes(ReshapeAttributes{{0, 1, -1}, {1, -1, -1}}), {{{4, 3, 2}}}}};
  }
};

}  // namespace

CAJAL_OP(reshape, Reshape)

Var record_reshape(const Var& x, ReshapeAttributes attributes) {
  return record(reshape_op(), Attributes(std::move(attributes)), {x});
}

// Symbols are replaced by what they stand for, so that the node can be recorded again for another batch: by the axis
// of x with that dimension; the last one left over by -1.
Var reshape(const Var& x, const Shape& target) {
  ReshapeAttributes attributes{target, std::vector<int>(size_t(target.rank()), -1)};
  int left = -1, open = 0, next = 0;
  for (int axis = 0; axis < target.rank(); ++axis) {
    if (target[axis] == -1) ++open;
    if (!target[axis].is_symbolic()) continue;
    int found = next;
    while (found < x.rank() && !(x.dim(found) == target[axis])) ++found;
    if (found < x.rank()) {
      attributes.same_as[size_t(axis)] = found;
      attributes.target[axis] = 0;
      next = found + 1;
    } else {
      left = axis;
      ++open;
    }
  }
  if (open == 1 && left >= 0) attributes.target[left] = -1;
  return record_reshape(x, std::move(attributes));
}

}  // namespace cajal
