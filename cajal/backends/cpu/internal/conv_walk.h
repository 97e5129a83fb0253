// Convolutions and gradients of images as what they have in common: each result is a sum over taps, which lie at even
// distances in the images that are read.
#pragma once

#include <cstdint>
#include <vector>

#include "cajal/backends/cpu/internal/convolution.h"

namespace cajal::cpu {

/// A walk along one axis. Its results are numbered i = 0, 1, ...: number i is result_first + i result_step in the array
/// of results. Tap t of it reads element first + i step + t spacing, zero where there is none, and belongs to element
/// kernel_first + t kernel_step of the kernel.
struct ConvAxis {
  int64_t source = 1, result = 1;  ///< sizes of the arrays that are read and written
  int64_t count = 1, result_first = 0, result_step = 1;
  int64_t step = 1, first = 0;
  int64_t taps = 1, spacing = 1;
  int64_t kernel_first = 0, kernel_step = 1;

  /// The elements that results [begin, end) read, from the first tap to the last, beyond the array too.
  int64_t reach_begin(int64_t begin) const { return begin * step + first; }
  int64_t reach_end(int64_t end) const { return (end - 1) * step + first + (taps - 1) * spacing + 1; }
  bool stays_inside() const { return taps == 0 || (reach_begin(0) >= 0 && reach_end(count) <= source); }
};

struct ConvWalk {
  ConvAxis rows, columns;
  int64_t taps() const { return rows.taps * columns.taps; }
};

/// The walks that together give all results: one for a convolution, for the gradient of an image with strides one for
/// each place that a stride steps over, because those places have different taps.
std::vector<ConvWalk> conv_walks(const ConvShape& shape, ConvDirection direction);

}  // namespace cajal::cpu
