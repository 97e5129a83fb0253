// Text on its way through gnuplot.
#pragma once

#include <string>
#include <string_view>

namespace cajal::plot::internal {

/// The text as well-formed UTF-8 on one line: control characters become spaces, broken bytes U+FFFD.
std::string clean_text(std::string_view text);

/// The text with each of < > & " ' as one character of Unicode's private area, which gnuplot passes on as it is: what
/// it does to markup itself is its affair and changes with its version. `unshielded` puts XML's entities in their
/// places.
std::string shielded(std::string_view text);
std::string unshielded(std::string_view text);

/// The text with XML's five characters as entities.
std::string xml_text(std::string_view text);

}  // namespace cajal::plot::internal
