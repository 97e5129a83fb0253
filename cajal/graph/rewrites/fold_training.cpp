#include "cajal/graph/graph.h"

namespace cajal {

void fold_training(Graph& graph, bool training) {
  for (GraphNode& node : graph.nodes) {
    if (node.op != &training_op()) continue;
    const auto& flag = node.attributes.as<TrainingAttributes>().trainable;
    node.op = &constant_op();
    node.attributes = Attributes(ConstantAttributes{Tensor::full({}, training && (!flag || *flag), DType::boolean)});
  }
}

}  // namespace cajal
