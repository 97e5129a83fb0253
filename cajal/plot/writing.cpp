#include "cajal/plot/internal/writing.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cajal/base/utf8.h"
#include "cajal/plot/internal/shield.h"

namespace cajal::plot::internal {
namespace {

std::string shortened(const std::string& text, size_t most) {
  return character_count(text) <= most ? text : std::string(first_characters(text, most - 1)) + "…";
}

}  // namespace

std::string Canvas::colour(std::string_view name) const { return "'" + hex(find_colour(name, theme)) + "'"; }

std::string Canvas::colour(std::string_view name, double alpha) const {
  const int through = int(std::lround((1 - alpha) * 255));
  return fmt::format("'#{:02x}{}'", through, hex(find_colour(name, theme)).substr(1));
}

uint32_t Canvas::colour_number(std::string_view name, double alpha) const {
  const Rgb rgb = find_colour(name, theme);
  const uint32_t through = uint32_t(std::lround((1 - alpha) * 255));
  return through << 24 | uint32_t(rgb.red) << 16 | uint32_t(rgb.green) << 8 | rgb.blue;
}

// In pictures of pixels an apostrophe stands for the quote: gnuplot reads two quotes as one, but not at the beginning.
std::string Canvas::quoted(std::string_view text) const {
  std::string out = "'";
  for (char c : format == Format::svg ? shielded(text) : clean_utf8(text)) out += c == '\'' ? "’" : std::string(1, c);
  return out + "'";
}

std::string Canvas::tick(const std::string& text) const {
  std::string out;
  for (char c : quoted(shortened(clean_utf8(text), tick_letters()))) out += c == '%' ? "%%" : std::string(1, c);
  return out;
}

size_t Canvas::tick_letters() const { return size_t(std::clamp(width / 2.2 / letter_width, 10.0, 28.0)); }

std::string Canvas::label(const std::string& text) const {
  return quoted(shortened(clean_utf8(text), label_letters()));
}

size_t Canvas::label_letters() const { return size_t(std::max(8.0, (width - legend_sample) / label_letter)); }

std::string number(double value) { return std::isfinite(value) ? fmt::format("{:.7g}", value) : "NaN"; }

std::string dashes(const std::string& style) {
  if (style == "--") return " dt (9,6)";
  if (style == ":") return " dt (2,5)";
  if (style == "-.") return " dt (9,5,2,5)";
  return " dt solid";
}

}  // namespace cajal::plot::internal
