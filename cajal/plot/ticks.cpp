#include "cajal/plot/internal/ticks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace cajal::plot::internal {
namespace {

constexpr double air = 0.04;  // of the axis, on each side

// What is drawn along one axis.
struct Reach {
  double low = HUGE_VAL, high = -HUGE_VAL;
  bool log;
  bool tight_low = false, tight_high = false;  // a picture, or bars that stand on the axis: no air
  bool whole = true;                           // only whole numbers so far

  void add(double value) {
    if (!std::isfinite(value) || (log && value <= 0)) return;
    low = std::min(low, value);
    high = std::max(high, value);
    if (value != std::floor(value)) whole = false;
  }
  void add(const std::vector<double>& values) {
    for (double value : values) add(value);
  }
};

void add_rectangles(Reach& reach, const std::vector<double>& from, const std::vector<double>& to) {
  const bool stands = std::all_of(from.begin(), from.end(), [](double value) { return value == 0; });
  for (size_t i = 0; i < from.size(); ++i) {
    if (!stands || !reach.log) reach.add(from[i]);
    reach.add(to[i]);
  }
  if (stands && reach.log && reach.low <= reach.high) {
    reach.low = std::pow(10, std::ceil(std::log10(reach.low)) - 1);  // bars of a length that can be seen
    reach.tight_low = true;
  }
  if (!stands || reach.log || from.empty()) return;
  if (reach.low >= 0) reach.tight_low = true;
  if (reach.high <= 0) reach.tight_high = true;
}

void add_series(Reach& reach, const Series& series, bool vertical) {
  const Extent& box = series.raster.extent;
  switch (series.kind) {
    case Series::Kind::rectangles:
      return vertical ? add_rectangles(reach, series.y, series.y2) : add_rectangles(reach, series.x, series.x2);
    case Series::Kind::raster:
      reach.add(vertical ? box.bottom : box.left);
      reach.add(vertical ? box.top : box.right);
      reach.tight_low = reach.tight_high = true;
      return;
    case Series::Kind::contour: reach.tight_low = reach.tight_high = true; break;
    case Series::Kind::band:
      if (vertical) reach.add(series.y2);
      break;
    default: break;
  }
  reach.add(vertical ? series.y : series.x);
}

// Room on both sides; one single value gets room of its own size.
void widen(Reach& reach) {
  if (reach.low > reach.high) reach.low = reach.log ? 1 : 0, reach.high = reach.log ? 10 : 1;
  if (reach.log) {
    const double factor = reach.low == reach.high ? 2 : std::pow(reach.high / reach.low, air);
    if (!reach.tight_low) reach.low /= factor;
    if (!reach.tight_high) reach.high *= factor;
    return;
  }
  const double size = std::max(std::abs(reach.low), std::abs(reach.high));
  double room = (reach.high - reach.low) * air;
  const bool single = reach.high - reach.low <= size * 1e-12;
  if (single) room = size > 0 ? size * 0.5 : 1;
  if (!reach.tight_low || (single && reach.low != 0)) reach.low -= room;
  if (!reach.tight_high || single) reach.high += room;
}

// "0.001", "50", "20k", "3M": the marks of a logarithmic axis have no unit in common.
std::string short_number(double value) {
  if (value >= 1e12 || value < 1e-4) return fmt::format("{:g}", value);
  if (value >= 1e9) return fmt::format("{:g}G", value / 1e9);
  if (value >= 1e6) return fmt::format("{:g}M", value / 1e6);
  if (value >= 1e3) return fmt::format("{:g}k", value / 1e3);
  return fmt::format("{:g}", value);
}

// At most as many words as there is room for, side by side.
void thin_words(View& view, double length, bool vertical) {
  const double room = vertical ? 14 : 12;
  const size_t most = size_t(std::max(1.0, length / room)), step = (view.ticks.size() + most - 1) / most;
  if (step < 2) return;
  View kept;
  for (size_t i = 0; i < view.ticks.size(); i += step) {
    kept.ticks.push_back(view.ticks[i]);
    kept.words.push_back(view.words[i]);
  }
  view.ticks = kept.ticks;
  view.words = kept.words;
}

}  // namespace

std::vector<double> round_numbers(double low, double high, int about, bool only_whole) {
  std::vector<double> out;
  if (!(high > low) || !std::isfinite(high - low)) return out;
  const double raw = (high - low) / std::max(1, about), power = std::pow(10, std::floor(std::log10(raw)));
  double step = 10 * power;
  for (double factor : {5.0, 2.5, 2.0, 1.0})
    if (factor * power >= raw * 0.999) step = factor * power;
  if (only_whole) step = step == 2.5 ? 5 : std::max(1.0, step);
  const double first = std::ceil(low / step - 1e-9);
  for (int i = 0; i < 1000 && (first + i) * step <= high + step * 1e-9; ++i) {
    const double value = (first + i) * step;
    out.push_back(std::abs(value) < step * 1e-9 ? 0 : value);
  }
  return out;
}

std::vector<double> round_powers(double low, double high, int about) {
  const double decades = std::log10(high / low);
  const int skip = std::max(1, int(std::ceil(decades / std::max(1, about))));
  const bool few = decades < 2.5;
  std::vector<double> out;
  const int begin = int(std::floor(std::log10(low))), end = int(std::ceil(std::log10(high)));
  for (int power = begin; power <= end; ++power)
    for (double factor : {1.0, 2.0, 5.0}) {
      if (factor > 1 ? !few : (power % skip != 0)) continue;
      const double value = factor * std::pow(10, power);
      if (value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9)) out.push_back(value);
    }
  return out.size() >= 2 ? out : round_numbers(low, high, about);
}

std::vector<std::string> number_words(const std::vector<double>& numbers) {
  double largest = 0, smallest_step = HUGE_VAL;
  for (size_t i = 0; i < numbers.size(); ++i) {
    largest = std::max(largest, std::abs(numbers[i]));
    if (i > 0) smallest_step = std::min(smallest_step, std::abs(numbers[i] - numbers[i - 1]));
  }
  const bool huge =
      largest >= 1e12 || (largest > 0 && largest < 1e-3) || (largest > 0 && smallest_step < largest * 1e-6);
  double unit = 1;
  const char* suffix = "";
  if (largest >= 1e9) unit = 1e9, suffix = "G";
  else if (largest >= 1e6) unit = 1e6, suffix = "M";
  else if (largest >= 1e4) unit = 1e3, suffix = "k";
  int decimals = 0;
  const auto fits = [&](double number) {
    const double scaled = number / unit * std::pow(10, decimals);
    return std::abs(scaled - std::round(scaled)) < 1e-6 * std::max(1.0, std::abs(scaled));
  };
  while (decimals < 6 && !std::all_of(numbers.begin(), numbers.end(), fits)) ++decimals;
  std::vector<std::string> out;
  for (double number : numbers) {
    if (huge) out.push_back(fmt::format("{:g}", number));
    else out.push_back(number == 0 ? "0" : fmt::format("{:.{}f}{}", number / unit, decimals, suffix));
  }
  return out;
}

double View::share(double value) const {
  return log ? std::log(value / low) / std::log(high / low) : (value - low) / (high - low);
}

View view_of(const AxesState& axes, bool vertical, double length, double headroom) {
  const AxisState& axis = vertical ? axes.y : axes.x;
  Reach reach;
  reach.log = axis.log;
  for (const Series& series : axes.series) add_series(reach, series, vertical);
  for (const Words& words : axes.words) reach.add(vertical ? words.y : words.x);
  for (const Guide& guide : axes.guides)
    if (guide.horizontal == vertical) reach.add(guide.at);
  const bool whole = reach.whole;
  widen(reach);
  View view{reach.low, reach.high, axis.log, axis.inverted};
  if (view.log) view.high = view.low * std::pow(view.high / view.low, 1 / (1 - headroom));
  else view.high = view.low + (view.high - view.low) / (1 - headroom);
  if (axis.limits) {
    view.low = (*axis.limits)[0], view.high = (*axis.limits)[1];
    if (view.log && view.low <= 0) view.low = std::min(reach.low, view.high / 10);
    if (view.log && view.high <= view.low) view.high = view.low * 10;
  }
  const int about = std::max(3, int(length / (vertical ? 38 : 42)));
  if (axis.own_ticks) {
    view.ticks = axis.ticks;
    view.words = axis.words.empty() ? number_words(view.ticks) : axis.words;
    if (!axis.words.empty()) thin_words(view, length, vertical);
  } else if (view.log) {
    view.ticks = round_powers(view.low, view.high, about);
    for (double tick : view.ticks) view.words.push_back(short_number(tick));
  } else {
    view.ticks = round_numbers(view.low, view.high, about, whole);
    view.words = number_words(view.ticks);
  }
  return view;
}

}  // namespace cajal::plot::internal
