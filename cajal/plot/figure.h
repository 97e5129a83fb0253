// Figure: a picture of one or several axes, written as SVG, PNG or PDF by gnuplot.
#pragma once

#include <string>
#include <vector>

#include "cajal/base/files.h"
#include "cajal/plot/axes.h"

namespace cajal::plot {

/// How large a figure is, and what surrounds its plots.
struct FigureOptions {
  int width = 640, height = 400;  ///< in points: pixels at scale 1
  int rows = 1, columns = 1;      ///< of axes
  std::string theme = "light";    ///< "light", "dark"; "auto": an SVG file follows its reader, others are light
  double scale = 2;               ///< pixels of a PNG per point
  std::string title = {};         ///< above all axes
  std::string alt = {};           ///< what the picture shows, for those who cannot see it
};

/// A picture of one or several axes.
///
///     plot::Figure figure({.width = 800, .columns = 2});
///     figure.axes(0).plot(history["loss"], {.label = "loss"}).set_xlabel("epoch");
///     figure.axes(1).imshow(image, {.cmap = "gray"});
///     figure.save("curves.png");
///
/// Drawing runs the program gnuplot, which is given all it needs through a pipe. Errors: unsupported where there is no
/// gnuplot, with what to install; bad_data with gnuplot's words where it refuses.
/// Cost: some 30 ms for each picture. A handle: copies share the axes.
class Figure {
 public:
  explicit Figure(const FigureOptions& options = {});

  /// The axes, counted row by row; throws Error where there are fewer.
  Axes& axes(int index = 0);
  int count() const { return int(axes_->size()); }
  const FigureOptions& options() const { return *options_; }

  /// Writes the picture in the format that the name ends in: .svg, .png, .pdf.
  void save(const Path& path) const;
  /// An SVG element to stand in an HTML page: as wide as there is room, up to the figure's width; in the page's font;
  /// in the colours of `style_sheet()`. `id` makes its inner names unique on the page; empty: "plot-1", "plot-2", ...
  std::string svg(const std::string& id = {}) const;
  /// The bytes of a PNG file.
  std::string png() const;

 private:
  std::string svg_file() const;

  std::shared_ptr<FigureOptions> options_;
  std::shared_ptr<std::vector<Axes>> axes_;
};

/// A figure of pictures side by side, [n, rows, columns] or [n, rows, columns, 1 | 3 | 4], in their own proportions.
Figure image_grid(const Tensor& images, const ImageGridOptions& options = {});

/// Whether there is a gnuplot to draw with.
bool available();

}  // namespace cajal::plot
