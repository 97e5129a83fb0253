// Text on its way through gnuplot.
#pragma once

#include <string>
#include <string_view>

namespace cajal::plot::internal {

/// Clean text with each of < > & " ' as one character of Unicode's private area, which gnuplot passes on as it is: what
/// it does to markup itself is its affair and changes with its version. `unshielded` puts XML's entities in their
/// places.
std::string shielded(std::string_view text);
std::string unshielded(std::string_view text);

}  // namespace cajal::plot::internal
