// What the drawings of an Axes can be told. Matplotlib's words where it has them.
//
// Colours are given as "C0", "C1", ... (the palette, which changes with the theme), "ink", "muted", "#rrggbb" or a name
// ("blue", "orange", "green", "purple", "red", "sky", "yellow", "gray"); empty takes the next of the palette.
// Widths and sizes are in points of the picture: a pixel at scale 1.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cajal/plot/values.h"

namespace cajal::plot {

/// How a line looks.
struct LineOptions {
  std::string label = {};  ///< shown in the legend; empty: not shown
  std::string color = {};
  std::string linestyle = "-";  ///< "-", "--", ":", "-."
  double linewidth = 1.8;
  std::string marker = {};  ///< empty, or as for ScatterOptions
  double markersize = 5;
  double alpha = 1;
};

/// How points look.
struct ScatterOptions {
  std::string label = {};
  std::string color = {};
  std::string marker = "o";  ///< "o" disc, "s" square, "^" triangle, "D" diamond, "x", "+", "." small disc
  double size = 6;           ///< diameter
  double alpha = 1;
  Values c = {};  ///< a number for each point, shown as a colour of the map
  std::string cmap = "viridis";
  bool colorbar = true;        ///< where `c` is given
  std::string edgecolor = {};  ///< a thin ring in this colour around each disc; empty: none
};

/// How bars look.
struct BarOptions {
  std::string label = {};
  std::string color = {};
  double width = 0.8;
  double alpha = 1;
  double left = 0;                  ///< moves the bars along their axis: several groups side by side
  std::vector<double> bottom = {};  ///< where each bar begins, for bars upon bars; empty: at 0
};

/// How a histogram is counted and looks.
struct HistOptions {
  std::string label = {};
  std::string color = {};
  int bins = 0;  ///< 0: as many as the data is worth (between 5 and 60)
  bool density = false;
  std::optional<double> low = {}, high = {};  ///< what lies outside does not count
  double alpha = 1;
};

/// Where a picture or a grid lies in the coordinates of the axes.
struct Extent {
  double left, right, bottom, top;
};

/// How numbers become the colours of a picture.
struct ImshowOptions {
  std::string cmap = "viridis";
  std::optional<double> vmin = {}, vmax = {};  ///< the values at the ends of the map; else those of the data
  std::optional<Extent> extent = {};           ///< else pixel i lies around the number i, the first row at the top
  bool colorbar = false;
  std::string colorbar_label = {};
  double alpha = 1;
};

/// How a table of coloured numbers looks.
struct HeatmapOptions {
  std::vector<std::string> rows = {}, columns = {};  ///< names; else numbers
  bool annotate = true;                              ///< write the number into each cell (up to 20 x 20)
  int digits = 3;                                    ///< significant digits
  std::string cmap = "viridis";
  std::optional<double> vmin = {}, vmax = {};
  bool colorbar = true;
  std::string colorbar_label = {};
};

/// Which lines of equal height are drawn.
struct ContourOptions {
  std::vector<double> levels = {};  ///< else about seven round ones
  std::string color = "ink";        ///< of lines
  double linewidth = 1.2;
  std::string linestyle = "-";
  std::string label = {};
  std::string cmap = "viridis";                ///< of filled contours
  std::optional<double> vmin = {}, vmax = {};  ///< of filled contours
  bool colorbar = false;                       ///< of filled contours
  std::string colorbar_label = {};
};

/// How the area between two lines looks.
struct BandOptions {
  std::string label = {};
  std::string color = {};
  double alpha = 0.25;
};

/// How a rectangle looks.
struct RectangleOptions {
  std::string color = "C0";
  double alpha = 1;
};

/// How the lines that lead the eye look.
struct GuideOptions {
  std::string color = "muted";
  std::string linestyle = "--";
  double linewidth = 1;
};

/// How a text looks.
struct TextOptions {
  std::string color = "ink";
  double size = 11;
  std::string align = "center";  ///< "left", "center", "right"
};

/// How pictures stand side by side.
struct ImageGridOptions {
  std::vector<std::string> captions = {};  ///< below the pictures; several lines are separated by '\n'
  int columns = 0;                         ///< 0: as fits
  int width = 640;                         ///< of the whole figure
  std::string cmap = "gray";               ///< of pictures with one channel
  std::string title = {};
  std::string theme = "light";
};

/// Where the legend stands.
struct LegendOptions {
  std::string loc = "best";  ///< "upper left", "upper right", "lower left", "lower right", "above", "outside",
                             ///< "none"; "best" is the emptiest corner, or above
};

}  // namespace cajal::plot
