// Where an axis begins and ends, and which numbers stand at it.
#pragma once

#include <string>
#include <vector>

#include "cajal/plot/internal/axes_state.h"

namespace cajal::plot::internal {

/// About `about` round numbers (steps of 1, 2, 2.5 or 5 times a power of ten) from low to high.
std::vector<double> round_numbers(double low, double high, int about, bool only_whole = false);

/// 1, 10, 100, ..., with 2 and 5 between where there would be few; above 0, at most about `about`.
std::vector<double> round_powers(double low, double high, int about);

/// The numbers as words, all with the same number of decimals; thousands as "20k", millions as "3M".
std::vector<std::string> number_words(const std::vector<double>& numbers);

/// What can be seen of an axis.
struct View {
  double low = 0, high = 1;
  bool log = false, inverted = false;
  std::vector<double> ticks = {};
  std::vector<std::string> words = {};

  /// 0 at the low end, 1 at the high end.
  double share(double value) const;
};

/// The view of the horizontal or the vertical axis, `length` points long: what is drawn, with some air round it, and
/// `headroom` (a share of the axis) above that.
View view_of(const AxesState& axes, bool vertical, double length, double headroom = 0);

}  // namespace cajal::plot::internal
