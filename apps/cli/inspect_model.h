// Models, looked at.
#pragma once

#include "apps/cli/inspection.h"

namespace cajal::cli {

/// A model, a checkpoint, weights, or any other safetensors file.
Inspection inspect_safetensors(const Path& path, const InspectionOptions& options);

}  // namespace cajal::cli
