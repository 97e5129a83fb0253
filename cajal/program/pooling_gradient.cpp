// What stands behind a max pooling's gradient, taken before it.
//
// dx = 0 but at the places that won. There x is the pooled value: relu's gradient, 0 where not x > 0, is that of the
// pooled values, and the sum over an image is the sum over its windows.
#include <algorithm>

#include "cajal/graph/replace.h"
#include "cajal/ops/reduction_attributes.h"
#include "cajal/ops/table.h"
#include "cajal/program/fused.h"
#include "cajal/program/internal/patterns.h"

namespace cajal {
namespace {

class PoolingGradients {
 public:
  explicit PoolingGradients(Graph& graph) : graph_(graph), uses_(graph) {}

  void run() {
    const size_t count = graph_.nodes.size();
    for (size_t i = 0; i < count; ++i)
      if (!move_mask(int(i))) move_sum(graph_.nodes[i]);
    if (graph_.nodes.size() == count) return drop_dead_nodes(graph_);
    sort_nodes(graph_);
    drop_dead_nodes(graph_);
  }

 private:
  const GraphNode& source(Value value) const { return graph_.nodes[size_t(value.node)]; }

  // where(y > 0, max_pool_gradient(dy, index), 0) with the index from a pooling of y.
  bool move_mask(int id) {
    const auto gradient = relu_gradient(graph_, graph_.nodes[size_t(id)]);
    if (!gradient) return false;
    const Value spread = graph_.nodes[size_t(id)].inputs[1];
    if (!is(source(spread), "max_pool_gradient") || spread.node >= int(uses_.size()) || uses_(spread) != 1)
      return false;
    const GraphNode pooling_gradient = source(spread);
    const Value index = pooling_gradient.inputs[1];
    if (!is(source(index), "max_pool_with_index") || index.output != 1) return false;
    if (source(index).inputs[0] != gradient->y) return false;
    const Value dy = masked(graph_.nodes[size_t(id)], {index.node, 0}, pooling_gradient.inputs[0]);
    GraphNode& node = graph_.nodes[size_t(id)];
    node.op = pooling_gradient.op;
    node.attributes = pooling_gradient.attributes;
    node.inputs = {dy, index};
    return true;
  }

  // The same choice for the pooled values.
  Value masked(const GraphNode& choice, Value pooled, Value dy) {
    const std::string* scope = choice.scope;
    const Value zero = choice.inputs[2];
    const Value condition = condition_of(source(choice.inputs[0]), pooled, scope);
    return graph_.add(*choice.op, choice.attributes, {condition, dy, zero}, scope);
  }

  Value condition_of(GraphNode node, Value pooled, const std::string* scope) {
    if (!is(node, "logical_and")) return graph_.add(*node.op, node.attributes, {pooled, node.inputs[1]}, scope);
    const Value above = condition_of(source(node.inputs[0]), pooled, scope);
    const Value below = condition_of(source(node.inputs[1]), pooled, scope);
    return graph_.add(*node.op, node.attributes, {above, below}, scope);
  }

  // sum(max_pool_gradient(dy, index)) over all axes but the last.
  void move_sum(GraphNode& node) {
    if (!is(node, "sum") || !is(source(node.inputs[0]), "max_pool_gradient")) return;
    const int rank = graph_.spec(node.inputs[0]).shape.rank();
    const auto goes = node.attributes.as<ReductionAttributes>().reduced(rank);
    if (std::count(goes.begin(), goes.begin() + rank, true) != rank - 1 || goes[size_t(rank - 1)]) return;
    node.inputs[0] = source(node.inputs[0]).inputs[0];
  }

  Graph& graph_;
  Uses uses_;
};

}  // namespace

void move_before_pooling(Graph& graph) { PoolingGradients(graph).run(); }

}  // namespace cajal
