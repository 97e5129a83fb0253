// Sums along one axis with weights that stay the same from batch to batch: resizing, means of uneven windows.
#pragma once

#include <vector>

#include "cajal/graph/op.h"

namespace cajal {

/// y[.., o, ..] = sum over s of weights[o, s] x[.., s, ..] along one axis of an image, whose size is known.
Var weighted_along(const Var& x, int axis, const std::vector<std::vector<double>>& weights);

}  // namespace cajal
