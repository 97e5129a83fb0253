// Text on its way through gnuplot.
#include "cajal/plot/internal/shield.h"

#include <cstdint>

namespace cajal::plot::internal {
namespace {

constexpr std::string_view dangerous = "<>&\"'";
constexpr const char* entities[] = {"&lt;", "&gt;", "&amp;", "&quot;", "&#39;"};
constexpr std::string_view area = "\xEE\x80";  // U+E000 to U+E03F begin so; the third byte is 0x80 + the number
constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

bool continues(char c) { return (uint8_t(c) & 0xC0) == 0x80; }

// The bytes of the character that begins here; 0 where none does (overlong forms, surrogates and the like included).
size_t character_length(std::string_view text) {
  const uint8_t first = uint8_t(text[0]);
  const size_t length = first < 0x80                    ? 1
                        : first >= 0xC2 && first < 0xE0 ? 2
                        : (first & 0xF0) == 0xE0        ? 3
                        : first >= 0xF0 && first < 0xF5 ? 4
                                                        : 0;
  if (length == 0 || text.size() < length) return 0;
  for (size_t i = 1; i < length; ++i)
    if (!continues(text[i])) return 0;
  const uint8_t second = length > 1 ? uint8_t(text[1]) : 0;
  if ((first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) || (first == 0xF0 && second < 0x90) ||
      (first == 0xF4 && second > 0x8F))
    return 0;
  return length;
}

// Not allowed in XML though they are Unicode, or with a meaning of our own.
bool is_refused(std::string_view character) {
  return character == "\xEF\xBF\xBE" || character == "\xEF\xBF\xBF" ||
         (character.starts_with(area) && uint8_t(character[2]) < 0x80 + dangerous.size());
}

}  // namespace

std::string clean_text(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const size_t length = character_length(text);
    const std::string_view character = text.substr(0, length);
    if (length == 0 || is_refused(character)) out += replacement;
    else if (length == 1 && (uint8_t(text[0]) < 0x20 || text[0] == 0x7F)) out += ' ';
    else out += character;
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

std::string shielded(std::string_view text) {
  std::string out;
  for (char c : clean_text(text)) {
    const size_t which = dangerous.find(c);
    if (which == std::string_view::npos) out += c;
    else out += std::string(area) + char(0x80 + which);
  }
  return out;
}

std::string unshielded(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const size_t which = text.starts_with(area) && text.size() > 2 ? uint8_t(text[2]) - size_t(0x80) : dangerous.size();
    if (which < dangerous.size()) {
      out += entities[which];
      text.remove_prefix(3);
    } else {
      out += text[0];
      text.remove_prefix(1);
    }
  }
  return out;
}

std::string xml_text(std::string_view text) { return unshielded(shielded(text)); }

}  // namespace cajal::plot::internal
