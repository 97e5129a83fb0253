// Tensors as pictures of RGBA bytes.
#pragma once

#include "cajal/plot/colours.h"
#include "cajal/plot/internal/axes_state.h"

namespace cajal::plot::internal {

/// A picture tensor [rows, columns], or [rows, columns, 1 | 3 | 4], as RGBA; one channel goes through the map, from
/// `low` to `high`. Floats of colour pictures are 0 to 1. NaN becomes transparent. Throws Error for other shapes.
Raster raster_of(const Tensor& image, const Colormap& map, double low, double high);

/// What `low` and `high` are where nobody says: 0 and 255 for bytes, 0 and 1 for floats between these, else the
/// smallest and largest value.
std::array<double, 2> brightness_range(const Tensor& image);

/// The same picture with at most that many rows and columns, each the mean of those it stands for; itself if it fits.
Raster at_most(const Raster& raster, int64_t width, int64_t height);

}  // namespace cajal::plot::internal
