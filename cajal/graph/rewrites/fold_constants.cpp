#include <algorithm>

#include "cajal/graph/graph.h"
#include "cajal/graph/reference_run.h"

namespace cajal {
namespace {

// Above this a constant costs more memory than computing it each time costs time.
constexpr int64_t largest_folded = 1 << 16;

bool foldable(const Graph& graph, const GraphNode& node) {
  if (node.op->structural || node.op->random || !node.op->reference || node.outputs.size() != 1) return false;
  const Shape& shape = node.outputs[0].shape;
  if (shape.is_symbolic() || shape.size().value() > largest_folded) return false;
  return std::all_of(node.inputs.begin(), node.inputs.end(),
                     [&](Value input) { return constant_value(graph, input).defined(); });
}

}  // namespace

void fold_constants(Graph& graph) {
  Run run;
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    GraphNode& node = graph.nodes[i];
    if (!foldable(graph, node)) continue;
    std::vector<Tensor> inputs;
    for (Value input : node.inputs) inputs.push_back(constant_value(graph, input));
    Tensor value = run_reference(node, inputs, run, int(i))[0];
    if (run.status.node >= 0) return;  // a bad index in a constant is reported when it is run
    node.op = &constant_op();
    node.attributes = Attributes(ConstantAttributes{value});
    node.inputs.clear();
  }
}

}  // namespace cajal
