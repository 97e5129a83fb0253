// Where a model lies that somebody pointed at.
#pragma once

#include <string>

#include "cajal/base/files.h"

namespace cajal::cli {

/// The file itself; of the folder of a run its model.safetensors, or the only .safetensors file in it.
/// Errors: not_found, naming what lies in the folder.
Path find_model_file(const std::string& given);

}  // namespace cajal::cli
