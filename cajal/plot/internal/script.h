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

/// The settings of one axes: title, frame, axes, legend, words, lines, colour bar.
std::string settings_script(const AxesState& axes, const Canvas& canvas, const View& across, const View& up);

}  // namespace cajal::plot::internal
