#pragma once

#include "cajal/ops/internal/normalization.h"

namespace cajal {

/// (dx, dgamma, dbeta) of batch normalization, from the statistics that it used.
Vars batch_norm_gradient(const NormalizationAttributes& attributes, const Var& x, const Var& gamma, const Var& mean,
                         const Var& inverse_stddev, const Var& dy);

/// Axes of images, of sequences, first and last, all but the last, an inner one.
std::vector<std::pair<Shape, std::vector<int>>> normalization_cases();

}  // namespace cajal
