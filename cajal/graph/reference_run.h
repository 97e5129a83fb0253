// One node run by its reference kernel, on tensors.
#pragma once

#include "cajal/graph/graph.h"

namespace cajal {

std::vector<Tensor> run_reference(const GraphNode& node, const std::vector<Tensor>& inputs, Run& run, int id);

}  // namespace cajal
