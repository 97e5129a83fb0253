// All kernels of the folder.
#pragma once

#include <vector>

#include "cajal/program/kernel.h"

namespace cajal::cpu {

/// For the instruction set that Highway chooses now: tests make it choose each in turn.
std::vector<Kernel> all_kernels();

}  // namespace cajal::cpu
