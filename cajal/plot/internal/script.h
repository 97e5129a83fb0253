// A figure as commands for gnuplot.
#pragma once

#include <string>
#include <vector>

#include "cajal/plot/figure.h"
#include "cajal/plot/internal/ticks.h"
#include "cajal/plot/internal/writing.h"

namespace cajal::plot::internal {

/// The commands that draw the figure. Text for SVG is `shielded`.
std::string script_of(const Figure& figure, Format format, const Theme& theme);

/// What is drawn in one axes.
struct SeriesScript {
  std::string data = {};                ///< commands that come before all drawing: inline data, contours
  std::vector<std::string> plots = {};  ///< parts of the command `plot`
};

SeriesScript series_script(const AxesState& axes, int index, const Canvas& canvas, const View& across, const View& up);

/// Where the legend stands and how much room it takes.
struct Legend {
  std::string place = "none";
  int entries = 0, columns = 1;
  double width = 0, height = 0;  ///< points; of one column
};

/// The place that was asked for; "best" becomes the emptiest corner, or "above" where no corner is free.
Legend legend_of(const AxesState& axes, const Canvas& canvas, const View& across, const View& up);

/// The same in as many columns as fit in `width` points.
Legend spread_out(Legend legend, double width);

struct Arranged;

/// The settings of one axes: title, frame, axes, legend, words, lines, colour bar.
std::string settings_script(const AxesState& axes, const Canvas& canvas, const Arranged& place,
                            const FigureOptions& options);

}  // namespace cajal::plot::internal
