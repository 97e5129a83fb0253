// The oneDNN backend: convolutions and products of Intel's library, for x86, where it is installed.
#pragma once

#include <string>

#include "cajal/program/kernel.h"

namespace cajal {

/// Convolutions in float32 and bfloat16, products of matrices in bfloat16. Where the library is not there, the backend
/// is empty and nothing else changes. The library is opened when the first such call is compiled.
const Backend& onednn_backend();

/// Empty where oneDNN can be used; else why not. Opens it.
std::string why_no_onednn();

/// "2.6.3"; empty where it cannot be used. Opens it.
std::string onednn_version();

/// Empty where products and convolutions of bfloat16 are worth having: the machine multiplies bfloat16 (AVX512_BF16,
/// AMX), and oneDNN is there; else why not. Opens it.
std::string why_no_onednn_bfloat16();

}  // namespace cajal
