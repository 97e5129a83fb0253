// What changes of pictures are made of: windows that may reach beyond the edges.
#pragma once

#include <cstdint>
#include <string>

#include "cajal/tensor/tensor.h"

namespace cajal::internal {

/// A picture's measures. Throws Error where the tensor is none.
struct PictureForm {
  int64_t height = 0, width = 0;
  size_t place_bytes = 0;  ///< of one place, all channels
  int64_t shorter() const { return height < width ? height : width; }
};
PictureForm form_of(const Tensor& picture);

enum class Fill { constant, nearest, reflect, wrap };
/// Throws Error with the nearest name.
Fill fill_named(const std::string& name);

/// The window with this upper left corner, which may lie outside of the picture, as may the rest.
struct Window {
  int64_t top = 0, left = 0, height = 0, width = 0;
  Fill fill = Fill::constant;
  double fill_value = 0;
};
Tensor cut_window(const Tensor& picture, const Window& window);

/// Writes the value into `count` places of the picture from place `at` on.
void fill_places(Tensor& picture, size_t place_bytes, int64_t at, int64_t count, double value);

}  // namespace cajal::internal
