// Lines, points, bars and words.
#include "cajal/plot/axes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cajal/base/error.h"
#include "cajal/plot/internal/axes_state.h"
#include "cajal/plot/internal/checks.h"
#include "cajal/plot/internal/theme.h"

namespace cajal::plot {
namespace {

using namespace internal;

Series series(Series::Kind kind, const std::string& label, const std::string& colour, double alpha) {
  check_alpha(alpha);
  Series out{kind};
  out.label = label;
  out.colour = colour;
  out.alpha = alpha;
  return out;
}

// As many intervals as the data is worth: Freedman and Diaconis, or Sturges where half of the values are the same.
int bins_for(std::vector<double> values, double low, double high) {
  if (values.size() < 2 || low == high) return 5;
  const auto quantile = [&](double share) {
    const auto at = values.begin() + std::ptrdiff_t(share * double(values.size() - 1));
    std::nth_element(values.begin(), at, values.end());
    return *at;
  };
  const double middle = quantile(0.75) - quantile(0.25), count = double(values.size());
  const double wanted =
      middle > 0 ? (high - low) / (2 * middle / std::cbrt(count)) : std::log2(count) + 1;  // number of intervals
  return int(std::clamp(std::ceil(wanted), 5.0, 60.0));
}

std::vector<double> counts_in(const std::vector<double>& values, double low, double high, int bins) {
  std::vector<double> counts(size_t(bins), 0.0);
  for (double value : values)
    if (value >= low && value <= high)
      ++counts[std::min(size_t((value - low) / (high - low) * bins), size_t(bins - 1))];
  return counts;
}

}  // namespace

Axes::Axes() : state_(std::make_shared<AxesState>()) {}

Axes& Axes::plot(const Values& x, const Values& y, const LineOptions& options) {
  check_lengths("plot", "x", x.size(), "y", y.size());
  check_style(options.linestyle);
  if (!options.marker.empty()) check_marker(options.marker);
  Series line = series(Series::Kind::line, options.label, colour_or_next(*state_, options.color), options.alpha);
  line.style = options.linestyle;
  line.width = options.linewidth;
  line.marker = options.marker;
  line.size = options.markersize;
  line.x = x.numbers();
  line.y = y.numbers();
  state_->series.push_back(std::move(line));
  return *this;
}

Axes& Axes::plot(const Values& y, const LineOptions& options) { return plot(counted(y.size()), y, options); }

Axes& Axes::scatter(const Values& x, const Values& y, const ScatterOptions& options) {
  check_lengths("scatter", "x", x.size(), "y", y.size());
  check_marker(options.marker);
  check_colour(options.edgecolor);
  Series points = series(Series::Kind::points, options.label, colour_or_next(*state_, options.color), options.alpha);
  points.marker = options.marker;
  points.size = options.size;
  points.edge = options.edgecolor;
  points.x = x.numbers();
  points.y = y.numbers();
  if (!options.c.empty()) {
    check_lengths("scatter", "points", x.size(), "numbers c", options.c.size());
    const Colormap map(options.cmap);
    const auto [low, high] = finite_range(options.c.numbers());
    for (double value : options.c.numbers())
      points.colours.push_back(hex(map(high > low ? (value - low) / (high - low) : 0.5)));
    if (options.colorbar) state_->colorbar = Colorbar{options.cmap, low, high, {}};
  }
  state_->series.push_back(std::move(points));
  return *this;
}

Axes& Axes::draw_bars(const Values& places, const Values& heights, const BarOptions& options, bool lying) {
  check_lengths(lying ? "barh" : "bar", "places", places.size(), lying ? "lengths" : "heights", heights.size());
  if (!options.bottom.empty())
    check_lengths(lying ? "barh" : "bar", "bottom", options.bottom.size(), lying ? "lengths" : "heights",
                  heights.size());
  Series bars = series(Series::Kind::rectangles, options.label, colour_or_next(*state_, options.color), options.alpha);
  for (size_t i = 0; i < places.size(); ++i) {
    const double middle = places[i] + options.left, low = options.bottom.empty() ? 0 : options.bottom[i];
    bars.x.push_back(lying ? low : middle - options.width / 2);
    bars.x2.push_back(lying ? low + heights[i] : middle + options.width / 2);
    bars.y.push_back(lying ? middle - options.width / 2 : low);
    bars.y2.push_back(lying ? middle + options.width / 2 : low + heights[i]);
  }
  state_->series.push_back(std::move(bars));
  return *this;
}

Axes& Axes::bar(const std::vector<std::string>& names, const Values& heights, const BarOptions& options) {
  check_lengths("bar", "names", names.size(), "heights", heights.size());
  set_xticks(counted(names.size()), names);
  return draw_bars(counted(names.size()), heights, options, false);
}

Axes& Axes::bar(const Values& x, const Values& heights, const BarOptions& options) {
  return draw_bars(x, heights, options, false);
}

Axes& Axes::barh(const std::vector<std::string>& names, const Values& lengths, const BarOptions& options) {
  check_lengths("barh", "names", names.size(), "lengths", lengths.size());
  set_yticks(counted(names.size()), names);
  state_->y.inverted = true;
  return draw_bars(counted(names.size()), lengths, options, true);
}

Axes& Axes::hist(const Values& values, const HistOptions& options) {
  std::vector<double> finite;
  for (double value : values.numbers())
    if (std::isfinite(value)) finite.push_back(value);
  auto [low, high] = finite_range(finite);
  low = options.low.value_or(low), high = options.high.value_or(high);
  if (low > high) fail(fmt::format("hist was given the interval from {} to {}", low, high), "the smaller one first");
  if (low == high) low -= 0.5, high += 0.5;
  const int bins = options.bins > 0 ? options.bins : bins_for(finite, low, high);
  std::vector<double> counts = counts_in(finite, low, high, bins);
  const double step = (high - low) / bins;
  double total = 0;
  for (double count : counts) total += count;
  if (options.density && total > 0)
    for (double& count : counts) count /= total * step;
  Series bars = series(Series::Kind::rectangles, options.label, colour_or_next(*state_, options.color), options.alpha);
  for (int i = 0; i < bins && total > 0; ++i) {
    bars.x.push_back(low + i * step);
    bars.x2.push_back(low + (i + 1) * step);
    bars.y.push_back(0);
    bars.y2.push_back(counts[size_t(i)]);
  }
  bars.edge = "paper";
  state_->series.push_back(std::move(bars));
  return *this;
}

Axes& Axes::fill_between(const Values& x, const Values& low, const Values& high, const BandOptions& options) {
  check_lengths("fill_between", "x", x.size(), "lower values", low.size());
  check_lengths("fill_between", "x", x.size(), "upper values", high.size());
  Series band = series(Series::Kind::band, options.label, colour_or_next(*state_, options.color), options.alpha);
  band.x = x.numbers();
  band.y = low.numbers();
  band.y2 = high.numbers();
  state_->series.push_back(std::move(band));
  return *this;
}

// Rectangles of one row of calls become one series: a matrix has many.
Axes& Axes::rectangle(double x0, double y0, double x1, double y1, const RectangleOptions& options) {
  check_alpha(options.alpha);
  check_colour(options.color);
  if (state_->series.empty() || state_->series.back().colours.empty() ||
      state_->series.back().kind != Series::Kind::rectangles)
    state_->series.push_back(Series{Series::Kind::rectangles});
  Series& all = state_->series.back();
  all.x.push_back(std::min(x0, x1)), all.x2.push_back(std::max(x0, x1));
  all.y.push_back(std::min(y0, y1)), all.y2.push_back(std::max(y0, y1));
  all.colours.push_back(options.color);
  all.alphas.push_back(options.alpha);
  return *this;
}

Axes& Axes::axhline(double y, const GuideOptions& options) {
  check_style(options.linestyle);
  check_colour(options.color);
  state_->guides.push_back({true, y, options});
  return *this;
}

Axes& Axes::axvline(double x, const GuideOptions& options) {
  check_style(options.linestyle);
  check_colour(options.color);
  state_->guides.push_back({false, x, options});
  return *this;
}

Axes& Axes::text(double x, double y, const std::string& words, const TextOptions& options) {
  check_colour(options.color);
  if (options.align != "left" && options.align != "center" && options.align != "right")
    fail(fmt::format("there is no alignment '{}'", options.align), "one of left, center, right");
  state_->words.push_back({x, y, words, options});
  return *this;
}

}  // namespace cajal::plot
