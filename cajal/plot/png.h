// A picture as a PNG file, pixel for pixel: for pages that hold small pictures.
#pragma once

#include <optional>
#include <string>

#include "cajal/tensor/tensor.h"

namespace cajal::plot {

/// How numbers become pixels.
struct PngOptions {
  std::string cmap = "gray";                   ///< of pictures with one channel
  std::optional<double> vmin = {}, vmax = {};  ///< ends of the map; else 0 to 255 for bytes, 0 to 1 for floats between
                                               ///< these, or the smallest and the largest value
};

/// The bytes of a PNG file with one pixel for each of the picture's.
///
/// Shapes: [rows, columns], or [rows, columns, 1 | 3 | 4] (gray, RGB, RGBA). Types: bytes, or floats 0 to 1.
/// Errors: another shape. Source: ISO/IEC 15948 (PNG).
std::string png_bytes(const Tensor& image, const PngOptions& options = {});

}  // namespace cajal::plot
