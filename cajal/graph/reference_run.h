// One node run by its reference kernel, on tensors.
#pragma once

#include "cajal/graph/graph.h"

namespace cajal {

/// The outputs of one node by its reference kernel; `id` stands in the status where an index is bad.
std::vector<Tensor> run_reference(const GraphNode& node, const std::vector<Tensor>& inputs, Run& run, int id);

}  // namespace cajal
