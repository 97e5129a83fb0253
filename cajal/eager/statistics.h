// What the numbers of a tensor are like: for tables of weights, for looking at a file.
#pragma once

#include "cajal/tensor/tensor.h"

namespace cajal {

/// Counts, and what the finite values are like; NaN where there is none.
struct TensorStatistics {
  int64_t count = 0, zeros = 0, nans = 0, infinities = 0;
  double mean = 0, deviation = 0;  ///< the square root of the mean squared distance from the mean
  double least = 0, greatest = 0;

  bool finite() const { return nans == 0 && infinities == 0; }
};

/// Computed in double (Welford's way, so that numbers far from 0 lose no digits). Cost: one pass.
TensorStatistics statistics_of(const Tensor& tensor);

}  // namespace cajal
