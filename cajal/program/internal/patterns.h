// What the passes that fuse nodes look for.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "cajal/graph/graph.h"

namespace cajal {

inline bool is(const GraphNode& node, std::string_view name) { return node.op->name == name; }

/// Whether the value is a constant of one element, this one.
inline bool is_constant(const Graph& graph, Value value, double wanted) {
  const Tensor constant = constant_value(graph, value);
  return constant.defined() && constant.size() == 1 && constant.item() == wanted;
}

/// Which values let relu's gradient through: those of `y` above 0 and below `limit` (relu6).
struct Passing {
  Value y;
  double limit;
};
/// From the condition of `where(y > 0, dy, 0)` or `where(y > 0 && y < 6, dy, 0)`.
std::optional<Passing> passing(const Graph& graph, Value condition);
/// From such a `where` itself.
std::optional<Passing> relu_gradient(const Graph& graph, const GraphNode& node);
/// The limit of relu (infinite) and relu6; nothing for other ops.
std::optional<double> relu_limit(const GraphNode& node);

/// Whether the node makes floats of bfloat16.
bool is_widening(const Graph& graph, const GraphNode& node);
/// The value before it was rounded to bfloat16; the same value if it was not. Which of its elements are above 0 is the
/// same in both: numbers too small for bfloat16 are too small for kernels.
Value before_rounding(const Graph& graph, Value value);

/// Whether the value has one number per channel of `whole`, whose last axis these are.
bool is_row(const Graph& graph, Value value, const Shape& whole);

/// How often each output of each node is read.
class Uses {
 public:
  explicit Uses(const Graph& graph);
  size_t size() const { return counts_.size(); }  ///< nodes that were counted
  int operator()(Value value) const { return counts_[size_t(value.node)][size_t(value.output)]; }

 private:
  std::vector<std::vector<int>> counts_;
};

/// Whether the node depends on one of the values of another.
bool depends(const Graph& graph, int node, int on);

}  // namespace cajal
