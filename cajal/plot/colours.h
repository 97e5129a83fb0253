// Colours that people with colour-blindness can tell apart, on light and on dark paper.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cajal::plot {

/// Red, green, blue: 0 to 255.
struct Rgb {
  uint8_t red = 0, green = 0, blue = 0;
  friend bool operator==(const Rgb&, const Rgb&) = default;
};

/// "#0072b2"
std::string hex(Rgb colour);

/// Where two colours meet: `share` 0 gives the first, 1 the second.
Rgb mix(Rgb first, Rgb second, double share);

/// A colour map by name: numbers from 0 to 1 become colours, what lies outside becomes the nearest end.
///
/// "viridis" (dark blue to yellow, the default), "cividis", "gray", "gray_r" (white to black), "blues" (white to blue),
/// "orange_blue" (diverging, white in the middle). A name that ends in "_r" is the map turned round.
/// Errors: an unknown name, with the nearest one.
class Colormap {
 public:
  Colormap(std::string_view name = "viridis");
  /// NaN gives the lowest colour.
  Rgb operator()(double value) const;

 private:
  const std::vector<Rgb>* anchors_;
  bool turned_ = false;
};

/// The names that `Colormap` takes, without the turned ones.
const std::vector<std::string>& colormap_names();

/// The colour of class number `index` in pictures that look the same on light and dark paper: Okabe and Ito's palette,
/// orange and blue first.
/// Source: Okabe, Ito: Color Universal Design, 2008.
Rgb class_colour(int index);

/// CSS for a page that holds pictures made by `Figure::svg()`: their colours as variables, for light and dark pages and
/// for paper. A page may set the variables (--plot-ink, --plot-muted, --plot-grid, --plot-paper, --plot-0 to --plot-6)
/// to its own taste.
std::string style_sheet();

}  // namespace cajal::plot
