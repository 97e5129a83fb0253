#include "cajal/program/internal/patterns.h"

#include <limits>

namespace cajal {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

std::optional<Value> above_zero(const Graph& graph, const GraphNode& node) {
  if (!is(node, "greater") || !is_constant(graph, node.inputs[1], 0)) return std::nullopt;
  return node.inputs[0];
}

}  // namespace

std::optional<Passing> passing(const Graph& graph, Value condition) {
  const GraphNode& node = graph.nodes[size_t(condition.node)];
  if (const auto y = above_zero(graph, node)) return {{*y, infinite}};
  if (!is(node, "logical_and")) return std::nullopt;
  const GraphNode& below = graph.nodes[size_t(node.inputs[1].node)];
  const auto y = above_zero(graph, graph.nodes[size_t(node.inputs[0].node)]);
  if (!y || !is(below, "less") || below.inputs[0] != *y) return std::nullopt;
  const Tensor limit = constant_value(graph, below.inputs[1]);
  if (!limit.defined() || limit.size() != 1) return std::nullopt;
  return {{*y, limit.item()}};
}

std::optional<Passing> relu_gradient(const Graph& graph, const GraphNode& node) {
  if (!is(node, "where") || !is_constant(graph, node.inputs[2], 0)) return std::nullopt;
  const auto found = passing(graph, node.inputs[0]);
  if (!found || !(graph.spec(found->y) == node.outputs[0])) return std::nullopt;
  if (!(graph.spec(node.inputs[1]) == node.outputs[0])) return std::nullopt;
  return found;
}

std::optional<double> relu_limit(const GraphNode& node) {
  if (is(node, "relu")) return infinite;
  if (is(node, "relu6")) return 6.0;
  return std::nullopt;
}

bool is_widening(const Graph& graph, const GraphNode& node) {
  return is(node, "cast") && node.outputs[0].dtype == DType::float32 &&
         graph.spec(node.inputs[0]).dtype == DType::bfloat16;
}

Value before_rounding(const Graph& graph, Value value) {
  const auto source = [&](Value of) -> const GraphNode& { return graph.nodes[size_t(of.node)]; };
  if (!is_widening(graph, source(value)) || !is(source(source(value).inputs[0]), "cast")) return value;
  const Value before = source(source(value).inputs[0]).inputs[0];
  return graph.spec(before) == graph.spec(value) ? before : value;
}

bool is_row(const Graph& graph, Value value, const Shape& whole) {
  const Shape& shape = graph.spec(value).shape;
  if (shape.rank() == 0 || whole.rank() == 0 || shape.rank() > whole.rank()) return false;
  return shape.back() == whole.back() && shape.size() == whole.back();
}

Uses::Uses(const Graph& graph) {
  for (const GraphNode& node : graph.nodes) counts_.emplace_back(node.outputs.size());
  auto read = [&](Value value) { ++counts_[size_t(value.node)][size_t(value.output)]; };
  for (const GraphNode& node : graph.nodes)
    for (Value input : node.inputs) read(input);
  for (Value output : graph.outputs) read(output);
  for (const Assignment& assignment : graph.assignments) read(assignment.value);
}

bool depends(const Graph& graph, int node, int on) {
  std::vector<bool> seen(graph.nodes.size());
  std::vector<int> pending{node};
  while (!pending.empty()) {
    const int next = pending.back();
    pending.pop_back();
    for (Value input : graph.nodes[size_t(next)].inputs) {
      if (input.node == on) return true;
      if (!seen[size_t(input.node)]) pending.push_back(input.node);
      seen[size_t(input.node)] = true;
    }
  }
  return false;
}

}  // namespace cajal
