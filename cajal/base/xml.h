// Text from anywhere made fit for HTML, XML and SVG.
#pragma once

#include <string>
#include <string_view>

namespace cajal {

/// Well-formed UTF-8 on one line: control characters become spaces, broken bytes and what XML forbids U+FFFD.
std::string clean_utf8(std::string_view text);

/// Clean text with the five characters of markup (< > & " ') as entities: safe between tags and inside quoted
/// attributes. Line ends are kept as spaces.
std::string xml_text(std::string_view text);

}  // namespace cajal
