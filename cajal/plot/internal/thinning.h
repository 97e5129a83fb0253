// Long series made as short as the picture can show.
#pragma once

#include <vector>

#include "cajal/plot/internal/ticks.h"

namespace cajal::plot::internal {

/// The indices of the points of a line to draw: in each of `columns` strips the first, the lowest, the highest and the
/// last. All of them where there are few, or where x goes back and forth.
std::vector<size_t> thinned_line(const std::vector<double>& x, const std::vector<double>& y, const View& across,
                                 size_t columns);

/// The indices of scattered points to draw: one for each cell of a grid of that many cells, at most 20,000.
std::vector<size_t> thinned_points(const std::vector<double>& x, const std::vector<double>& y, const View& across,
                                   const View& up, size_t columns, size_t rows);

}  // namespace cajal::plot::internal
