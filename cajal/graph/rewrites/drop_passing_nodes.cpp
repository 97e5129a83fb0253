#include "cajal/graph/graph.h"
#include "cajal/graph/replace.h"

namespace cajal {

void drop_passing_nodes(Graph& graph) {
  Replacement replacement(graph);
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    GraphNode& node = graph.nodes[i];
    for (Value& input : node.inputs) input = replacement(input);
    if (node.op->passes) replacement.set({int(i), 0}, node.inputs[0]);
  }
  replacement.apply_to_results();
  drop_dead_nodes(graph);
}

}  // namespace cajal
