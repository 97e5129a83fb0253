// Which convolutions this backend takes: those for which it is faster than the cpu backend by more than a few percent.
#pragma once

#include "cajal/backends/onednn/internal/sizes.h"

namespace cajal::onednn {

/// From the table in choice.cpp, by kind of CPU and class of shape; nothing is measured here, so that runs repeat.
bool is_chosen(Kind kind, const ConvSizes& sizes);

}  // namespace cajal::onednn
