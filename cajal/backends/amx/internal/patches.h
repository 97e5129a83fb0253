// What the places of a convolution of few channels see, as the rows of a matrix: so a first layer is a product.
#pragma once

#include <algorithm>

#include "cajal/backends/amx/internal/tiles.h"

namespace cajal::amx {

/// [places, height width channels] of the kernel.
class Patches {
 public:
  explicit Patches(const ConvGeometry& sizes) : s_(sizes) {}
  int64_t rows() const { return s_.places(); }
  int64_t columns() const { return s_.height.kernel * s_.width.kernel * s_.channels; }

  /// Rows [row, row + count), at most 32, to rows that lie `step` apart, and zeros up to there.
  template <class Tiles>
  void copy(const bfloat16* image, int64_t row, int64_t count, bfloat16* to, int64_t step) const {
    for (int64_t i = 0; i < count; ++i) std::fill(to + i * step + columns(), to + (i + 1) * step, bfloat16());
    while (count > 0) {
      const int64_t x = row % s_.width.result, run = std::min(count, s_.width.result - x);
      copy_run<Tiles>(image, row / s_.width.result, x, run, to, step);
      row += run, count -= run, to += run * step;
    }
  }

 private:
  static constexpr int64_t kMostLines = 16;

  // Places side by side: the first and the last may see beyond the image.
  template <class Tiles>
  void copy_run(const bfloat16* image, int64_t line, int64_t x, int64_t count, bfloat16* to, int64_t step) const {
    const ConvAxis &h = s_.height, &w = s_.width;
    const bfloat16* const first = image + line / h.result * s_.image_size();
    const int64_t y = line % h.result * h.stride - h.low;
    const bfloat16* lines[kMostLines];
    for (int64_t i = 0; i < h.kernel; ++i) {
      const int64_t at = y + i;
      lines[i] = at < 0 || at >= h.image ? nullptr : first + at * s_.image_row();
    }
    const auto is_inside = [&](int64_t place) {
      const int64_t left = place * w.stride - w.low;
      return left >= 0 && left + w.kernel <= w.image;
    };
    const int64_t end = x + count;
    for (; x < end && !is_inside(x); ++x, to += step) copy_one(lines, x, to);
    int64_t inside = x;
    while (inside < end && is_inside(inside)) ++inside;
    if (inside > x) {
      const bfloat16* from[kMostLines];
      const int64_t left = (x * w.stride - w.low) * s_.channels;
      for (int64_t i = 0; i < h.kernel; ++i) from[i] = lines[i] ? lines[i] + left : nullptr;
      Tiles::movers().patches(from, h.kernel, w.stride * s_.channels, inside - x, w.kernel * s_.channels, to, step);
      to += (inside - x) * step;
    }
    for (x = inside; x < end; ++x, to += step) copy_one(lines, x, to);
  }

  void copy_one(const bfloat16* const* lines, int64_t x, bfloat16* to) const {
    const ConvAxis& w = s_.width;
    for (int64_t i = 0; i < s_.height.kernel; ++i)
      for (int64_t j = 0; j < w.kernel; ++j, to += s_.channels) {
        const int64_t at = x * w.stride + j - w.low;
        if (!lines[i] || at < 0 || at >= w.image) std::fill_n(to, s_.channels, bfloat16());
        else std::copy_n(lines[i] + at * s_.channels, s_.channels, to);
      }
  }

  ConvGeometry s_;
};

/// Whether few elements of the image make a patch, and it has no holes.
inline bool can_make_patches(const ConvGeometry& s) {
  return s.groups == 1 && s.channels <= 8 && s.height.dilation == 1 && s.width.dilation == 1 && s.height.kernel <= 16 &&
         s.height.kernel * s.width.kernel * s.channels <= 512;
}

}  // namespace cajal::amx
