// Words, numbers and colours as gnuplot reads them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cajal/plot/internal/theme.h"

namespace cajal::plot::internal {

enum class Format { svg, png, pdf };

/// The sizes of one axes' area, about, and how to write for it.
struct Canvas {
  Format format;
  const Theme& theme;
  double width, height;  ///< points

  /// "'#0072b2'", and "'#400072b2'" where the background shines through.
  std::string colour(std::string_view name) const;
  std::string colour(std::string_view name, double alpha) const;
  /// The number that `lc rgb variable` reads.
  uint32_t colour_number(std::string_view name, double alpha) const;
  /// The text in single quotes, in which gnuplot replaces nothing; shielded for SVG.
  std::string quoted(std::string_view text) const;
  /// The same for a mark at an axis, which gnuplot takes as a format; long words are cut.
  std::string tick(const std::string& text) const;
  /// How many letters a mark may have: not more than leaves room for the drawing.
  size_t tick_letters() const;
  /// A label in the legend; one that is longer than the axes are wide is cut.
  std::string label(const std::string& text) const;
  size_t label_letters() const;
};

inline constexpr const char* font = "sans-serif";
inline constexpr double colorbar_width = 14;                 // points
inline constexpr double letter_width = 6.6;                  // points, about, at size 12
inline constexpr double label_letter = 1.15 * letter_width;  // of a legend's labels; the widest is met
inline constexpr double legend_sample = 45;                  // points, of the sample before a label
inline constexpr double legend_apart = 12;                   // points, from the axes to a legend beside them
inline constexpr double legend_line = 20;                    // points, of a line in a legend

std::string number(double value);
/// " dt (9,6)" for a line style.
std::string dashes(const std::string& style);

}  // namespace cajal::plot::internal
