#include "cajal/graph/graph.h"

namespace cajal {

void bind_symbols(Graph& graph, const Bindings& bindings) {
  for (GraphNode& node : graph.nodes)
    for (Spec& spec : node.outputs)
      if (spec.shape.is_symbolic()) spec.shape = bindings(spec.shape);
}

}  // namespace cajal
