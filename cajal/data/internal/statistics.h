// A few numbers about many.
#pragma once

#include <vector>

namespace cajal::internal {

/// Mean and standard deviation of the values that are not missing (NaN); 0 and 0 where there are none. `less`: what is
/// taken off their number in the variance's denominator.
struct Moments {
  double mean = 0, stddev = 0;
};
Moments moments_of(const std::vector<double>& values, int less);

/// The value below which a share of the sorted values lies, between two neighbours linearly, as NumPy's quantile.
double quantile(const std::vector<double>& sorted, double share);

/// The values that are not missing, sorted.
std::vector<double> sorted_values(const std::vector<double>& values);

}  // namespace cajal::internal
