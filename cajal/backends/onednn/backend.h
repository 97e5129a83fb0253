// The oneDNN backend: convolutions of Intel's library, for x86, where it is installed.
#pragma once

#include <string>

#include "cajal/program/kernel.h"

namespace cajal {

/// Convolutions in float32. Where the library is not there, the backend is empty and nothing else changes. The library
/// is opened when the first convolution is compiled.
const Backend& onednn_backend();

/// Empty where oneDNN can be used; else why not. Opens it.
std::string why_no_onednn();

/// "2.6.3"; empty where it cannot be used. Opens it.
std::string onednn_version();

}  // namespace cajal
