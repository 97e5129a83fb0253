// The kernels of this backend.
#pragma once

#include <vector>

#include "cajal/program/kernel.h"

namespace cajal::amx {

/// Which calls are taken: all that can be, for tests, or those for which tiles are not mostly zeros.
enum class Choice : uint8_t { everything, worth_it };

std::vector<Kernel> convolution_kernels(Choice choice);
std::vector<Kernel> matmul_kernels(Choice choice);

std::vector<Kernel> all_kernels(Choice choice);

}  // namespace cajal::amx
