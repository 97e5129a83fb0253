#include "cajal/base/xml.h"

#include "cajal/base/utf8.h"

namespace cajal {

std::string xml_text(std::string_view text) {
  std::string out;
  for (char c : clean_utf8(text)) switch (c) {
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '&': out += "&amp;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  return out;
}

}  // namespace cajal
