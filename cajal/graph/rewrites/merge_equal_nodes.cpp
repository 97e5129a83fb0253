#include <algorithm>
#include <string>
#include <unordered_map>

#include "cajal/graph/graph.h"
#include "cajal/graph/replace.h"

namespace cajal {
namespace {

// Equal keys, equal results. The types are part of it: the same call in double is another one.
std::string key(const GraphNode& node) {
  std::string out = std::string(node.op->name) + "(";
  for (Value input : node.inputs) out += std::to_string(input.node) + "." + std::to_string(input.output) + ",";
  out += node.attributes.text() + ")";
  for (const Spec& spec : node.outputs) out += spec.text();
  return out;
}

bool mergeable(const Graph& graph, size_t i) {
  const GraphNode& node = graph.nodes[i];
  return !node.op->random && std::find(graph.inputs.begin(), graph.inputs.end(), int(i)) == graph.inputs.end() &&
         node.op != &input_op() && node.op != &training_op();  // whose flags the text does not tell apart
}

}  // namespace

void merge_equal_nodes(Graph& graph) {
  Replacement replacement(graph);
  std::unordered_map<std::string, int> first;
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    GraphNode& node = graph.nodes[i];
    for (Value& input : node.inputs) input = replacement(input);
    if (!mergeable(graph, i)) continue;
    auto [found, fresh] = first.emplace(key(node), int(i));
    if (fresh) continue;
    for (size_t output = 0; output < node.outputs.size(); ++output)
      replacement.set({int(i), int(output)}, {found->second, int(output)});
  }
  replacement.apply_to_results();
}

}  // namespace cajal
