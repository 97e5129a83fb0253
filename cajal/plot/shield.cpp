#include "cajal/plot/internal/shield.h"

#include <cstdint>

#include "cajal/base/utf8.h"
#include "cajal/base/xml.h"

namespace cajal::plot::internal {
namespace {

constexpr std::string_view dangerous = "<>&\"'";
constexpr std::string_view area = "\xEE\x80";  // U+E000 to U+E03F begin so; the third byte is 0x80 + the number

// The number of the shield that the text begins with; dangerous.size() where it begins with none.
size_t shield_at(std::string_view text) {
  if (!text.starts_with(area) || text.size() < 3) return dangerous.size();
  const size_t number = size_t(uint8_t(text[2])) - 0x80;
  return number < dangerous.size() ? number : dangerous.size();
}

}  // namespace

std::string shielded(std::string_view text) {
  const std::string clean = clean_utf8(text);
  std::string out;
  for (size_t i = 0; i < clean.size(); ++i) {
    const size_t which = dangerous.find(clean[i]);
    if (which != std::string_view::npos) {
      out += std::string(area) + char(0x80 + which);
    } else if (shield_at(std::string_view(clean).substr(i)) < dangerous.size()) {
      out += "\xEF\xBF\xBD";  // somebody else's use of our characters
      i += 2;
    } else {
      out += clean[i];
    }
  }
  return out;
}

std::string unshielded(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const size_t which = shield_at(text);
    out += which < dangerous.size() ? xml_text(dangerous.substr(which, 1)) : std::string(1, text[0]);
    text.remove_prefix(which < dangerous.size() ? 3 : 1);
  }
  return out;
}

}  // namespace cajal::plot::internal
