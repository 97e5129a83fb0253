// The kernels of this backend.
#pragma once

#include <vector>

#include "cajal/program/kernel.h"

namespace cajal::onednn {

/// Which calls the kernels take, of those that they can carry out.
enum class Choice {
  table,       ///< those for which they are the fastest known (choice.h)
  everything,  ///< all: for tests and measurements
};

std::vector<Kernel> convolution_kernels(Choice choice);
std::vector<Kernel> matmul_kernels(Choice choice);

/// None where the build was made without oneDNN.
std::vector<Kernel> all_kernels(Choice choice);

}  // namespace cajal::onednn
