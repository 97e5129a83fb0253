// Axes: one coordinate system and what is drawn in it.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cajal/plot/options.h"

namespace cajal::plot {

namespace internal {
struct AxesState;
}

/// One coordinate system and what is drawn in it, with matplotlib's words.
///
/// Nothing is drawn before the figure is saved. NaN and infinity leave a gap; an empty series draws nothing; a long
/// one is thinned to what the picture can show. Lengths that differ are an Error. A handle: copies draw into the same
/// axes.
class Axes {
 public:
  Axes();

  /// A line through the points; without `x` over 0, 1, 2, ...
  Axes& plot(const Values& x, const Values& y, const LineOptions& options = {});
  Axes& plot(const Values& y, const LineOptions& options = {});
  /// Points.
  Axes& scatter(const Values& x, const Values& y, const ScatterOptions& options = {});
  /// Bars from 0 to the heights, upright over names or numbers; `barh` lying, the first name at the top.
  Axes& bar(const std::vector<std::string>& names, const Values& heights, const BarOptions& options = {});
  Axes& bar(const Values& x, const Values& heights, const BarOptions& options = {});
  Axes& barh(const std::vector<std::string>& names, const Values& lengths, const BarOptions& options = {});
  /// How often values fall into equal intervals.
  Axes& hist(const Values& values, const HistOptions& options = {});
  /// The area between two lines.
  Axes& fill_between(const Values& x, const Values& low, const Values& high, const BandOptions& options = {});

  /// A picture: [rows, columns] by colour map, [rows, columns, 1 | 3 | 4] as gray, RGB, RGBA (bytes, or floats 0 to 1).
  /// NaN is left empty.
  Axes& imshow(const Tensor& image, const ImshowOptions& options = {});
  /// A matrix as coloured cells with their numbers, names at the sides.
  Axes& heatmap(const Tensor& matrix, const HeatmapOptions& options = {});
  /// Lines of equal height of z [rows, columns] over x (one per column) and y (one per row), both ascending; without
  /// them over 0, 1, 2, ...
  Axes& contour(const Values& x, const Values& y, const Tensor& z, const ContourOptions& options = {});
  Axes& contour(const Tensor& z, const ContourOptions& options = {});
  /// Areas of nearly equal height, filled.
  Axes& contourf(const Values& x, const Values& y, const Tensor& z, const ContourOptions& options = {});
  Axes& contourf(const Tensor& z, const ContourOptions& options = {});

  /// A filled rectangle between two corners.
  Axes& rectangle(double x0, double y0, double x1, double y1, const RectangleOptions& options = {});
  /// A line across the whole width or height.
  Axes& axhline(double y, const GuideOptions& options = {});
  Axes& axvline(double x, const GuideOptions& options = {});
  /// Words at a place.
  Axes& text(double x, double y, const std::string& words, const TextOptions& options = {});

  Axes& set_title(const std::string& title);
  Axes& set_xlabel(const std::string& label);
  Axes& set_ylabel(const std::string& label);
  /// "linear" or "log"; what is not above zero is left out of a logarithmic axis.
  Axes& set_xscale(const std::string& scale);
  Axes& set_yscale(const std::string& scale);
  /// The ends of an axis; the first may be the larger one. Without this all that is drawn fits in.
  Axes& set_xlim(double first, double last);
  Axes& set_ylim(double first, double last);
  /// Marks at these places with these words; without words with their numbers; no places: no marks.
  Axes& set_xticks(const Values& places, const std::vector<std::string>& words = {});
  Axes& set_yticks(const Values& places, const std::vector<std::string>& words = {});
  /// The larger values at the bottom.
  Axes& invert_yaxis();
  /// One unit is as long to the right as upwards.
  Axes& set_aspect_equal();
  Axes& grid(bool shown = true);
  /// No frame, no marks.
  Axes& axis_off();
  /// Where the legend stands. It is shown by itself as soon as something has a label.
  Axes& legend(const LegendOptions& options = {});

  const std::shared_ptr<internal::AxesState>& state() const { return state_; }

 private:
  Axes& draw_bars(const Values& places, const Values& heights, const BarOptions& options, bool lying);

  std::shared_ptr<internal::AxesState> state_;
};

}  // namespace cajal::plot
