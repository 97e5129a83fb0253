// The portable backend: Google Highway, for every CPU and for WebAssembly.
#pragma once

#include "cajal/program/kernel.h"

namespace cajal {

/// Kernels in SIMD for float32, for the best instruction set that the machine has.
const Backend& cpu_backend();

}  // namespace cajal
