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

/// The kernels of the call's op, best backend first, whether they can carry out this call or not.
std::vector<Candidate> candidates(const KernelQuery& query, std::span<const Backend* const> backends);
bool can(const Candidate& candidate, const KernelQuery& query);
/// Whether it can, and is the one to be taken as far as its backend knows.
bool should(const Candidate& candidate, const KernelQuery& query);

}  // namespace cajal
