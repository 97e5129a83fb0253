// How metrics average: over the values of a sample first, then over samples by their weights, as Keras does.
#pragma once

#include <vector>

#include "cajal/graph/variable.h"

namespace cajal::internal {

using Reduction = Var (*)(const Var& x, const std::vector<int>& axes, bool keepdims);

/// One value per sample, weighted, and the weights (empty where none were given).
struct Samples {
  Var values, weights;
};
Samples per_sample(const Var& values, const Var& sample_weight, Reduction reduce);

/// Records that a mean takes in more values.
void add_mean(const Variable& total, const Variable& count, const Var& values, const Var& sample_weight);

/// total / count, 0 where nothing was counted.
double quotient(const Variable& total, const Variable& count);

}  // namespace cajal::internal
