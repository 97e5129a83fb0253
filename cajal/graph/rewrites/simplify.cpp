#include "cajal/graph/graph.h"
#include "cajal/graph/replace.h"

namespace cajal {

void simplify(Graph& graph) {
  Replacement replacement(graph);
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    GraphNode& node = graph.nodes[i];
    for (Value& input : node.inputs) input = replacement(input);
    if (!node.op->simplify) continue;
    const Value same = node.op->simplify(graph, node);
    if (same.node >= 0 && graph.spec(same) == node.outputs[0]) replacement.set({int(i), 0}, same);
  }
  replacement.apply_to_results();
}

}  // namespace cajal
