// What "ink" or "C0" mean: on light paper, on dark paper, or in a picture that follows the page it stands in.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "cajal/plot/colours.h"

namespace cajal::plot::internal {

inline constexpr int series_colours = 7;

/// The colours of a picture by their roles.
struct Theme {
  Rgb ink, muted, grid, paper;
  std::array<Rgb, series_colours> series;
};

const Theme& light_theme();
const Theme& dark_theme();
/// Colours that occur nowhere else and stand for their roles until `css_colour` replaces them.
const Theme& marker_theme();

/// "var(--plot-ink,#1d2433)" for a colour of the marker theme, "#rrggbb" for any other.
std::string css_colour(Rgb colour);

/// A colour by role ("ink", "muted", "grid", "paper", "C0", "C1", ...), name ("blue", "orange", ...) or "#rrggbb".
/// Errors: an unknown name, with the nearest one.
Rgb find_colour(std::string_view name, const Theme& theme);

/// Throws the Error of `find_colour` for a name that means no colour; an empty name is fine.
void check_colour(std::string_view name);

}  // namespace cajal::plot::internal
