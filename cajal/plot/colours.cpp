#include "cajal/plot/colours.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "cajal/base/error.h"
#include "cajal/base/text.h"

namespace cajal::plot {
namespace {

// Each map by colours at equal distances; between them straight lines.
const std::map<std::string, std::vector<Rgb>, std::less<>>& maps() {
  static const std::map<std::string, std::vector<Rgb>, std::less<>> all = {
      {"viridis",
       {{68, 1, 84},
        {72, 36, 117},
        {65, 68, 135},
        {53, 95, 141},
        {42, 120, 142},
        {33, 145, 140},
        {34, 168, 132},
        {68, 191, 112},
        {122, 209, 81},
        {189, 223, 38},
        {253, 231, 37}}},
      {"cividis",
       {{0, 34, 78},
        {26, 56, 111},
        {67, 78, 108},
        {97, 101, 111},
        {125, 124, 120},
        {155, 149, 118},
        {187, 175, 106},
        {220, 203, 82},
        {254, 232, 56}}},
      {"gray", {{0, 0, 0}, {255, 255, 255}}},
      {"blues", {{255, 255, 255}, {222, 235, 247}, {158, 202, 225}, {66, 146, 198}, {8, 81, 156}, {8, 48, 107}}},
      {"orange_blue",
       {{179, 88, 6},
        {224, 130, 20},
        {253, 184, 99},
        {254, 224, 182},
        {247, 247, 247},
        {209, 229, 240},
        {146, 197, 222},
        {67, 147, 195},
        {33, 102, 172}}},
  };
  return all;
}

}  // namespace

std::string hex(Rgb colour) { return fmt::format("#{:02x}{:02x}{:02x}", colour.red, colour.green, colour.blue); }

Rgb mix(Rgb first, Rgb second, double share) {
  const auto between = [&](uint8_t a, uint8_t b) { return uint8_t(std::lround(a + (b - a) * share)); };
  return {between(first.red, second.red), between(first.green, second.green), between(first.blue, second.blue)};
}

Colormap::Colormap(std::string_view name) {
  std::string_view plain = name;
  if (plain.ends_with("_r")) {
    plain.remove_suffix(2);
    turned_ = true;
  }
  const auto found = maps().find(plain);
  if (found == maps().end()) fail(fmt::format("there is no colour map '{}'", name), choices(name, colormap_names()));
  anchors_ = &found->second;
}

Rgb Colormap::operator()(double value) const {
  value = std::isnan(value) ? 0 : std::clamp(value, 0.0, 1.0);
  if (turned_) value = 1 - value;
  const double place = value * double(anchors_->size() - 1);
  const size_t below = std::min(size_t(place), anchors_->size() - 2);
  return mix((*anchors_)[below], (*anchors_)[below + 1], place - double(below));
}

const std::vector<std::string>& colormap_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> out;
    for (const auto& entry : maps()) out.push_back(entry.first);
    return out;
  }();
  return names;
}

Rgb class_colour(int index) {
  static const Rgb colours[] = {{230, 159, 0}, {0, 114, 178},  {0, 158, 115}, {204, 121, 167},
                                {213, 94, 0},  {86, 180, 233}, {240, 228, 66}};
  constexpr int count = int(std::size(colours));
  return colours[((index % count) + count) % count];
}

}  // namespace cajal::plot
