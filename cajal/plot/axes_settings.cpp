// Titles, scales, limits, marks and the legend.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cajal/base/error.h"
#include "cajal/base/text.h"
#include "cajal/plot/axes.h"
#include "cajal/plot/internal/axes_state.h"
#include "cajal/plot/internal/checks.h"

namespace cajal::plot {
namespace {

using namespace internal;

void set_scale(AxisState& axis, const std::string& scale) {
  if (scale != "linear" && scale != "log")
    fail(fmt::format("there is no scale '{}'", scale), choices(scale, {"linear", "log"}));
  axis.log = scale == "log";
}

void set_limits(AxisState& axis, const char* name, double first, double last) {
  if (!std::isfinite(first) || !std::isfinite(last) || first == last)
    fail(fmt::format("{} was given the limits {} and {}", name, first, last), "two different finite numbers");
  axis.limits = {std::min(first, last), std::max(first, last)};
  axis.inverted = first > last;
}

void set_ticks(AxisState& axis, const char* name, const Values& places, const std::vector<std::string>& words) {
  if (!words.empty()) check_lengths(name, "places", places.size(), "words", words.size());
  axis.own_ticks = true;
  axis.ticks = places.numbers();
  axis.words = words;
}

}  // namespace

Axes& Axes::set_title(const std::string& title) {
  state_->title = title;
  return *this;
}

Axes& Axes::set_xlabel(const std::string& label) {
  state_->x.label = label;
  return *this;
}

Axes& Axes::set_ylabel(const std::string& label) {
  state_->y.label = label;
  return *this;
}

Axes& Axes::set_xscale(const std::string& scale) {
  set_scale(state_->x, scale);
  return *this;
}

Axes& Axes::set_yscale(const std::string& scale) {
  set_scale(state_->y, scale);
  return *this;
}

Axes& Axes::set_xlim(double first, double last) {
  set_limits(state_->x, "set_xlim", first, last);
  return *this;
}

Axes& Axes::set_ylim(double first, double last) {
  set_limits(state_->y, "set_ylim", first, last);
  return *this;
}

Axes& Axes::set_xticks(const Values& places, const std::vector<std::string>& words) {
  set_ticks(state_->x, "set_xticks", places, words);
  return *this;
}

Axes& Axes::set_yticks(const Values& places, const std::vector<std::string>& words) {
  set_ticks(state_->y, "set_yticks", places, words);
  return *this;
}

Axes& Axes::invert_yaxis() {
  state_->y.inverted = !state_->y.inverted;
  return *this;
}

Axes& Axes::set_aspect_equal() {
  state_->equal = true;
  return *this;
}

Axes& Axes::grid(bool shown) {
  state_->grid = shown;
  return *this;
}

Axes& Axes::axis_off() {
  state_->frame = false;
  return *this;
}

Axes& Axes::legend(const LegendOptions& options) {
  const std::vector<std::string> known = {"best",        "upper left", "upper right", "lower left",
                                          "lower right", "above",      "outside",     "none"};
  if (std::find(known.begin(), known.end(), options.loc) == known.end())
    fail(fmt::format("there is no place '{}' for a legend", options.loc), choices(options.loc, known));
  state_->legend = options.loc;
  return *this;
}

}  // namespace cajal::plot
