#include "cajal/graph/graph.h"

namespace cajal {

void drop_dead_nodes(Graph& graph) {
  std::vector<bool> alive(graph.nodes.size());
  for (int input : graph.inputs) alive[size_t(input)] = true;
  for (Value output : graph.outputs) alive[size_t(output.node)] = true;
  for (const Assignment& assignment : graph.assignments) alive[size_t(assignment.value.node)] = true;
  for (size_t i = graph.nodes.size(); i-- > 0;)
    if (alive[i])
      for (Value input : graph.nodes[i].inputs) alive[size_t(input.node)] = true;

  std::vector<int> place(graph.nodes.size(), -1);
  std::vector<GraphNode> kept;
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    if (!alive[i]) continue;
    place[i] = int(kept.size());
    kept.push_back(std::move(graph.nodes[i]));
    for (Value& input : kept.back().inputs) input.node = place[size_t(input.node)];
  }
  graph.nodes = std::move(kept);
  for (int& input : graph.inputs) input = place[size_t(input)];
  for (Value& output : graph.outputs) output.node = place[size_t(output.node)];
  // A variable assigned its own value is not changed.
  std::vector<Assignment> changes;
  for (Assignment& assignment : graph.assignments) {
    assignment.value.node = place[size_t(assignment.value.node)];
    const GraphNode& source = graph.nodes[size_t(assignment.value.node)];
    const bool itself =
        source.op == &variable_op() && source.attributes.as<VariableAttributes>().state == assignment.variable.state();
    if (!itself) changes.push_back(assignment);
  }
  graph.assignments = std::move(changes);
}

}  // namespace cajal
