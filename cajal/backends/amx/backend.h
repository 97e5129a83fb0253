// The AMX backend: products and convolutions of bfloat16 on the matrix unit of Intel's CPUs.
#pragma once

#include <string>

#include "cajal/program/kernel.h"

namespace cajal {

/// Its kernels are there wherever it was built; where they cannot run they support no call.
const Backend& amx_backend();

/// Empty where it can be used; else why not: "the CPU has no AMX for bfloat16".
const std::string& why_no_amx();

}  // namespace cajal
