// Text from anywhere made fit for HTML, XML and SVG.
#pragma once

#include <string>
#include <string_view>

namespace cajal {

/// Clean text (see clean_utf8) with the five characters of markup (< > & " ') as entities: safe between tags and inside
/// quoted attributes. Line ends are kept as spaces.
std::string xml_text(std::string_view text);

}  // namespace cajal
