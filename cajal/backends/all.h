// The backends that this build has.
#pragma once

#include <span>

#include "cajal/backends/amx/backend.h"
#include "cajal/backends/cpu/backend.h"
#include "cajal/backends/onednn/backend.h"
#include "cajal/program/kernel.h"

namespace cajal {

/// All of them, best first. `default_backends()` are these, or those that the environment variable CAJAL_BACKENDS names
/// ("cpu", "onednn,cpu").
std::span<const Backend* const> all_backends();

}  // namespace cajal
