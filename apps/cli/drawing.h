// Pictures as text.
#pragma once

#include <string>
#include <vector>

#include "cajal/tensor/tensor.h"

namespace cajal::cli {

/// A picture [rows, columns] of bytes as lines of equal length: a character for two rows and `across` columns, the
/// darker the more ink (0 is paper).
std::vector<std::string> drawn(const Tensor& image, int64_t across);

}  // namespace cajal::cli
