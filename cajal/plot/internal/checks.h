// Checks that the drawings share.
#pragma once

#include <string_view>

#include "cajal/plot/internal/axes_state.h"

namespace cajal::plot::internal {

/// Throws Error where two lists that belong together differ in length.
void check_lengths(std::string_view what, std::string_view first, size_t first_count, std::string_view second,
                   size_t second_count);
/// Throws Error for a line style, marker or alpha that there is not.
void check_style(std::string_view linestyle);
void check_marker(std::string_view marker);
void check_alpha(double alpha);

/// 0, 1, ..., count - 1.
std::vector<double> counted(size_t count);

/// The smallest and largest finite number; {0, 1} where there is none.
std::array<double, 2> finite_range(const std::vector<double>& numbers);

/// The colour given, or the next of the palette.
std::string colour_or_next(AxesState& axes, const std::string& colour);

}  // namespace cajal::plot::internal
