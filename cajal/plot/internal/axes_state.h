// What an Axes remembers until it is drawn.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cajal/plot/options.h"

namespace cajal::plot::internal {

/// A picture of RGBA bytes, row by row from the one at `extent.top`.
struct Raster {
  int64_t width = 0, height = 0;
  std::vector<uint8_t> rgba;
  Extent extent{0, 1, 0, 1};
};

/// One drawing. Which lists are filled depends on the kind.
struct Series {
  enum class Kind {
    line,        ///< x, y
    points,      ///< x, y
    rectangles,  ///< x to x2, y to y2
    band,        ///< x, y to y2
    raster,      ///< raster
    contour,     ///< z over x and y, levels
  } kind;
  std::string label = {}, colour = {}, edge = {};
  double alpha = 1, width = 1.8, size = 6;
  std::string style = "-", marker = {};
  std::vector<double> x = {}, y = {}, x2 = {}, y2 = {}, z = {}, levels = {};
  std::vector<std::string> colours = {};  ///< of each point or rectangle; empty: `colour`
  std::vector<double> alphas = {};        ///< of each rectangle; empty: `alpha`
  Raster raster = {};
};

struct Words {
  double x, y;
  std::string text;
  TextOptions options;
};

struct Guide {
  bool horizontal;
  double at;
  GuideOptions options;
};

struct Colorbar {
  std::string cmap;
  double low, high;
  std::string label;
};

/// One direction of the axes.
struct AxisState {
  std::string label = {};
  bool log = false, inverted = false;
  std::optional<std::array<double, 2>> limits = {};
  bool own_ticks = false;
  std::vector<double> ticks = {};
  std::vector<std::string> words = {};
};

struct AxesState {
  std::string title = {};
  AxisState x = {}, y = {};
  std::string legend = "best";
  bool grid = true, frame = true, equal = false;
  std::optional<Colorbar> colorbar = {};
  std::vector<Series> series = {};
  std::vector<Words> words = {};
  std::vector<Guide> guides = {};
  int next_colour = 0;
};

}  // namespace cajal::plot::internal
