// Pictures turned over, where they lie.
#pragma once

#include "cajal/tensor/tensor.h"

namespace cajal::internal {

/// Which way a picture is mirrored.
struct Mirror {
  bool sideways = false, upside_down = false;
  /// "horizontal", "vertical" or "horizontal_and_vertical"; throws Error with the nearest name.
  static Mirror named(const std::string& mode);
};

/// The picture mirrored, in its own memory where it lies in one piece.
Tensor mirrored(Tensor picture, const Mirror& mirror);

}  // namespace cajal::internal
