// Pictures, heat maps and contours.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cajal/base/error.h"
#include "cajal/plot/axes.h"
#include "cajal/plot/internal/axes_state.h"
#include "cajal/plot/internal/checks.h"
#include "cajal/plot/internal/raster.h"
#include "cajal/plot/internal/theme.h"
#include "cajal/plot/internal/ticks.h"

namespace cajal::plot {
namespace {

using namespace internal;

constexpr int64_t smooth_side = 240;  // pixels of a filled contour: smooth to the eye

void add_raster(AxesState& axes, Raster raster, double alpha) {
  check_alpha(alpha);
  Series series{Series::Kind::raster};
  for (size_t i = 3; i < raster.rgba.size() && alpha < 1; i += 4)
    raster.rgba[i] = uint8_t(std::lround(raster.rgba[i] * alpha));
  series.raster = std::move(raster);
  axes.series.push_back(std::move(series));
}

void check_matrix(const char* what, const Tensor& matrix) {
  if (!matrix.defined() || matrix.rank() != 2 || matrix.size() == 0)
    fail(fmt::format("{} was given {}", what, matrix.defined() ? matrix.shape().text() : "an empty tensor"),
         "a matrix [rows, columns]");
}

void check_ascending(const char* what, const std::vector<double>& places) {
  for (size_t i = 0; i < places.size(); ++i)
    if (!std::isfinite(places[i]) || (i > 0 && places[i] <= places[i - 1]))
      fail(fmt::format("{} needs ascending numbers for its sides, and number {} is {}", what, i, places[i]));
}

void check_grid(const char* what, const Values& x, const Values& y, const Tensor& z) {
  check_matrix(what, z);
  check_lengths(what, "x", x.size(), "columns", size_t(z.dim(1)));
  check_lengths(what, "y", y.size(), "rows", size_t(z.dim(0)));
  check_ascending(what, x.numbers());
  check_ascending(what, y.numbers());
  if (x.size() < 2 || y.size() < 2) fail(fmt::format("{} needs at least two rows and two columns", what));
}

// A matrix over places on both sides, read between them by straight lines.
struct Surface {
  const std::vector<double>&x, &y;
  std::vector<double> z;

  double operator()(double at_x, double at_y) const {
    const auto [i, right] = place(x, at_x);
    const auto [j, up] = place(y, at_y);
    const double* row = z.data() + j * x.size() + i;
    const double* next = row + x.size();
    return (1 - up) * ((1 - right) * row[0] + right * row[1]) + up * ((1 - right) * next[0] + right * next[1]);
  }

  static std::pair<size_t, double> place(const std::vector<double>& places, double at) {
    const auto above = std::upper_bound(places.begin() + 1, places.end() - 1, at);
    const size_t below = size_t(above - places.begin()) - 1;
    return {below, (at - places[below]) / (places[below + 1] - places[below])};
  }
};

std::vector<double> levels_of(const ContourOptions& options, const std::vector<double>& z) {
  std::vector<double> levels = options.levels;
  if (levels.empty()) {
    const auto [low, high] = finite_range(z);
    levels = round_numbers(low, high, 7);
  }
  std::sort(levels.begin(), levels.end());
  return levels;
}

// The middle of the two levels round a value: all in between looks the same.
double flattened(double value, const std::vector<double>& bounds) {
  if (std::isnan(value)) return value;
  const auto above = std::upper_bound(bounds.begin() + 1, bounds.end() - 1, value);
  return (*above + *(above - 1)) / 2;
}

std::string cell_text(double value, int digits) {
  return std::isfinite(value) ? fmt::format("{:.{}g}", value, digits) : std::string();
}

bool is_dark(Rgb colour) { return 0.299 * colour.red + 0.587 * colour.green + 0.114 * colour.blue < 140; }

std::vector<std::string> names_or_numbers(const std::vector<std::string>& names, int64_t count, const char* side) {
  if (!names.empty()) {
    check_lengths("heatmap", side, size_t(count), "names", names.size());
    return names;
  }
  std::vector<std::string> out;
  for (int64_t i = 0; i < count; ++i) out.push_back(std::to_string(i));
  return out;
}

}  // namespace

Axes& Axes::imshow(const Tensor& image, const ImshowOptions& options) {
  if (!image.defined()) fail("imshow was given an empty tensor", "[rows, columns], or [rows, columns, 1, 3 or 4]");
  const auto [data_low, data_high] = finite_range(image.values<double>());
  const double low = options.vmin.value_or(data_low), high = options.vmax.value_or(data_high);
  Raster raster = raster_of(image, Colormap(options.cmap), low, high);
  if (options.extent) raster.extent = *options.extent;
  else state_->y.inverted = true, state_->equal = true;
  add_raster(*state_, std::move(raster), options.alpha);
  state_->grid = false;
  if (options.colorbar) state_->colorbar = Colorbar{options.cmap, low, high, options.colorbar_label};
  return *this;
}

Axes& Axes::heatmap(const Tensor& matrix, const HeatmapOptions& options) {
  check_matrix("heatmap", matrix);
  const int64_t rows = matrix.dim(0), columns = matrix.dim(1);
  const auto row_names = names_or_numbers(options.rows, rows, "rows");
  const auto column_names = names_or_numbers(options.columns, columns, "columns");
  imshow(matrix, {.cmap = options.cmap,
                  .vmin = options.vmin,
                  .vmax = options.vmax,
                  .colorbar = options.colorbar,
                  .colorbar_label = options.colorbar_label});
  state_->equal = false;
  set_yticks(counted(size_t(rows)), row_names);
  set_xticks(counted(size_t(columns)), column_names);
  if (!options.annotate || rows > 20 || columns > 20) return *this;
  const auto [data_low, data_high] = finite_range(matrix.values<double>());
  const double low = options.vmin.value_or(data_low), high = options.vmax.value_or(data_high);
  const Colormap map(options.cmap);
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t column = 0; column < columns; ++column) {
      const double value = matrix.at({row, column});
      const Rgb under = map(high > low ? (value - low) / (high - low) : 0.5);
      text(double(column), double(row), cell_text(value, options.digits),
           {.color = is_dark(under) ? "white" : "black", .size = std::max(rows, columns) > 12 ? 8.0 : 11.0});
    }
  return *this;
}

Axes& Axes::contour(const Values& x, const Values& y, const Tensor& z, const ContourOptions& options) {
  check_grid("contour", x, y, z);
  check_style(options.linestyle);
  check_colour(options.color);
  Series lines{Series::Kind::contour};
  lines.label = options.label;
  lines.colour = options.color;
  lines.width = options.linewidth;
  lines.style = options.linestyle;
  lines.x = x.numbers();
  lines.y = y.numbers();
  lines.z = z.values<double>();
  lines.levels = levels_of(options, lines.z);
  state_->series.push_back(std::move(lines));
  return *this;
}

Axes& Axes::contour(const Tensor& z, const ContourOptions& options) {
  check_matrix("contour", z);
  return contour(counted(size_t(z.dim(1))), counted(size_t(z.dim(0))), z, options);
}

Axes& Axes::contourf(const Values& x, const Values& y, const Tensor& z, const ContourOptions& options) {
  check_grid("contourf", x, y, z);
  const Surface surface{x.numbers(), y.numbers(), z.values<double>()};
  const auto [data_low, data_high] = finite_range(surface.z);
  std::vector<double> bounds = levels_of(options, surface.z);
  const double low = options.vmin.value_or(std::min(bounds.empty() ? data_low : bounds.front(), data_low));
  const double high = options.vmax.value_or(std::max(bounds.empty() ? data_high : bounds.back(), data_high));
  if (bounds.empty() || bounds.front() > low) bounds.insert(bounds.begin(), low);
  if (bounds.size() < 2 || bounds.back() < high) bounds.push_back(high);
  Tensor flat(Shape{smooth_side, smooth_side}, DType::float64);
  const double width = x.numbers().back() - x[0], height = y.numbers().back() - y[0];
  for (int64_t row = 0; row < smooth_side; ++row)
    for (int64_t column = 0; column < smooth_side; ++column) {
      const double right = (double(column) + 0.5) / double(smooth_side),
                   down = (double(row) + 0.5) / double(smooth_side);
      const double value = surface(x[0] + right * width, y[0] + (1 - down) * height);
      flat.data<double>()[row * smooth_side + column] = flattened(value, bounds);
    }
  Raster raster = raster_of(flat, Colormap(options.cmap), low, high);
  raster.extent = {x[0], x.numbers().back(), y[0], y.numbers().back()};
  add_raster(*state_, std::move(raster), 1);
  state_->grid = false;
  if (options.colorbar) state_->colorbar = Colorbar{options.cmap, low, high, options.colorbar_label};
  return *this;
}

Axes& Axes::contourf(const Tensor& z, const ContourOptions& options) {
  check_matrix("contourf", z);
  return contourf(counted(size_t(z.dim(1))), counted(size_t(z.dim(0))), z, options);
}

}  // namespace cajal::plot
