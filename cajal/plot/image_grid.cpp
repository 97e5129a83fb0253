// Pictures side by side with words under them.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cajal/base/error.h"
#include "cajal/base/text.h"
#include "cajal/plot/figure.h"
#include "cajal/plot/internal/axes_state.h"
#include "cajal/plot/internal/raster.h"

namespace cajal::plot {
namespace {

using namespace internal;

constexpr double gap = 10, line_height = 14;  // points

/// Where everything lies, in points from the upper left corner.
struct Layout {
  int columns, rows;
  double tile_width, tile_height, caption_height;

  double left(int64_t i) const { return gap / 2 + double(i % columns) * (tile_width + gap); }
  double top(int64_t i) const { return gap / 2 + double(i / columns) * (tile_height + caption_height + gap); }
  double height() const { return double(rows) * (tile_height + caption_height + gap); }
};

Layout layout_of(const Tensor& images, const ImageGridOptions& options) {
  const int64_t count = images.dim(0);
  const double proportion = double(images.dim(1)) / double(images.dim(2));
  size_t lines = 0;
  for (const std::string& caption : options.captions) lines = std::max(lines, split(caption, '\n').size());
  Layout out{};
  out.columns = options.columns > 0 ? options.columns
                                    : int(std::clamp<int64_t>(int64_t(std::ceil(std::sqrt(double(count) * 1.6))), 1,
                                                              std::max(1, options.width / (lines > 0 ? 78 : 40))));
  out.columns = int(std::min<int64_t>(out.columns, count));
  out.rows = int((count + out.columns - 1) / out.columns);
  out.tile_width = std::min(options.width / double(out.columns) - gap, 240.0);
  out.tile_height = out.tile_width * proportion;
  out.caption_height = double(lines) * line_height + (lines > 0 ? 3 : 0);
  return out;
}

void check(const Tensor& images, const ImageGridOptions& options) {
  const int rank = images.defined() ? images.rank() : 0;
  if ((rank != 3 && rank != 4) || images.size() == 0)
    fail("image_grid was given " + (images.defined() ? images.shape().text() : std::string("an empty tensor")),
         "[pictures, rows, columns], or [pictures, rows, columns, 1, 3 or 4]");
  if (!options.captions.empty() && int64_t(options.captions.size()) != images.dim(0))
    fail(fmt::format("image_grid was given {} pictures and {} captions", images.dim(0), options.captions.size()));
}

}  // namespace

Figure image_grid(const Tensor& images, const ImageGridOptions& options) {
  check(images, options);
  const Layout layout = layout_of(images, options);
  const double width = double(layout.columns) * (layout.tile_width + gap), height = layout.height();
  const double head = options.title.empty() ? 0 : 30;
  // gnuplot leaves a little room round axes even without a frame.
  Figure figure({.width = int(width) + 16,
                 .height = std::max(40, int(height + head) + 16),
                 .theme = options.theme,
                 .alt = options.title});
  Axes& axes = figure.axes();
  axes.axis_off().grid(false).set_xlim(0, width).set_ylim(height, 0).set_title(options.title);
  const auto [low, high] = brightness_range(images);
  for (int64_t i = 0; i < images.dim(0); ++i) {
    const double left = layout.left(i), top = layout.top(i);
    axes.imshow(images[i], {.cmap = options.cmap,
                            .vmin = low,
                            .vmax = high,
                            .extent = Extent{left, left + layout.tile_width, top + layout.tile_height, top}});
    if (!options.captions.empty())
      axes.text(left + layout.tile_width / 2, top + layout.tile_height + line_height * 0.75,
                options.captions[size_t(i)], {.size = 10});
  }
  return figure;
}

}  // namespace cajal::plot
