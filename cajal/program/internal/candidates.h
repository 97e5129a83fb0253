// The kernels among which there is a choice for a call.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "cajal/program/kernel.h"

namespace cajal {

struct Candidate {
  std::string name;  ///< as steps have it: "cpu packed"
  const Kernel* kernel = nullptr;
};

/// The call that a node is.
KernelQuery query_of(const Graph& graph, int node, int threads);
/// The kernels that can carry out the call, best backend first.
std::vector<Candidate> candidates(const KernelQuery& query, std::span<const Backend* const> backends);
/// Whether a candidate is the one to be taken as far as its backend knows.
bool should(const Candidate& candidate, const KernelQuery& query);

}  // namespace cajal
