#include "cajal/plot/internal/theme.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <utility>
#include <vector>

#include "cajal/base/error.h"
#include "cajal/base/text.h"

namespace cajal::plot {
namespace internal {
namespace {

constexpr uint8_t mark_red = 1, mark_green = 254;  // with the role's number as blue

std::vector<std::pair<std::string, Rgb>> roles(const Theme& theme) {
  std::vector<std::pair<std::string, Rgb>> out = {
      {"ink", theme.ink}, {"muted", theme.muted}, {"grid", theme.grid}, {"paper", theme.paper}};
  for (size_t i = 0; i < theme.series.size(); ++i) out.push_back({std::to_string(i), theme.series[i]});
  return out;
}

const std::vector<std::pair<std::string, Rgb>>& named_colours() {
  static const std::vector<std::pair<std::string, Rgb>> all = {
      {"black", {0, 0, 0}},      {"white", {255, 255, 255}}, {"gray", {128, 128, 128}},   {"blue", {0, 114, 178}},
      {"orange", {230, 159, 0}}, {"green", {0, 158, 115}},   {"purple", {204, 121, 167}}, {"red", {213, 94, 0}},
      {"sky", {86, 180, 233}},   {"yellow", {240, 228, 66}}};
  return all;
}

std::optional<Rgb> from_hex(std::string_view text) {
  uint32_t number = 0;
  if (text.size() != 7 || text[0] != '#') return {};
  const auto result = std::from_chars(text.data() + 1, text.data() + 7, number, 16);
  if (result.ec != std::errc() || result.ptr != text.data() + 7) return {};
  return Rgb{uint8_t(number >> 16), uint8_t(number >> 8), uint8_t(number)};
}

std::optional<Rgb> series_colour(std::string_view name, const Theme& theme) {
  unsigned index = 0;
  if (name.size() < 2 || name.size() > 5 || name[0] != 'C') return {};
  const auto result = std::from_chars(name.data() + 1, name.data() + name.size(), index);
  if (result.ec != std::errc() || result.ptr != name.data() + name.size()) return {};
  return theme.series[index % series_colours];
}

}  // namespace

const Theme& light_theme() {
  static const Theme theme{
      {29, 36, 51},
      {91, 100, 117},
      {226, 229, 235},
      {255, 255, 255},
      {{{0, 114, 178}, {213, 94, 0}, {0, 158, 115}, {204, 121, 167}, {230, 159, 0}, {86, 180, 233}, {110, 110, 110}}}};
  return theme;
}

const Theme& dark_theme() {
  static const Theme theme{{231, 234, 240},
                           {160, 168, 182},
                           {52, 58, 70},
                           {22, 25, 32},
                           {{{86, 180, 233},
                             {230, 159, 0},
                             {38, 186, 144},
                             {219, 143, 186},
                             {240, 228, 66},
                             {224, 112, 40},
                             {170, 170, 170}}}};
  return theme;
}

const Theme& marker_theme() {
  static const Theme theme = [] {
    Theme out;
    uint8_t next = 0;
    const auto mark = [&] { return Rgb{mark_red, mark_green, next++}; };
    out.ink = mark(), out.muted = mark(), out.grid = mark(), out.paper = mark();
    for (Rgb& colour : out.series) colour = mark();
    return out;
  }();
  return theme;
}

std::string css_colour(Rgb colour) {
  static const auto light = roles(light_theme());
  if (colour.red != mark_red || colour.green != mark_green || colour.blue >= light.size()) return hex(colour);
  const auto& role = light[colour.blue];
  return "var(--plot-" + role.first + "," + hex(role.second) + ")";
}

Rgb find_colour(std::string_view name, const Theme& theme) {
  if (const auto colour = from_hex(name)) return *colour;
  if (const auto colour = series_colour(name, theme)) return *colour;
  std::vector<std::string> known = {"#rrggbb", "C0"};
  for (const auto& list : {roles(theme), named_colours()})
    for (const auto& entry : list) {
      if (entry.first == name && name.size() > 1) return entry.second;
      if (entry.first.size() > 1) known.push_back(entry.first);
    }
  fail(fmt::format("'{}' is no colour", name), choices(name, known));
}

void check_colour(std::string_view name) {
  if (!name.empty()) find_colour(name, light_theme());
}

}  // namespace internal

std::string style_sheet() {
  const auto block = [](const internal::Theme& theme) {
    std::string out = ":root{";
    for (const auto& role : internal::roles(theme)) out += "--plot-" + role.first + ":" + hex(role.second) + ";";
    return out + "}";
  };
  return block(internal::light_theme()) + "@media screen and (prefers-color-scheme:dark){" +
         block(internal::dark_theme()) + "}";
}

}  // namespace cajal::plot
