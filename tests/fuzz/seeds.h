// Small right files of every kind, written by the library's own writers.
#pragma once

#include <string>
#include <vector>

#include "cajal/base/files.h"

namespace cajal::fuzz {

/// Where a target's search begins.
std::vector<Bytes> seeds(const std::string& target);

}  // namespace cajal::fuzz
