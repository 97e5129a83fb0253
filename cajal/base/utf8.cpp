#include "cajal/base/utf8.h"

#include <algorithm>
#include <cstdint>

namespace cajal {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

size_t length_by_first(uint8_t first) {
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first < 0xE0) return 2;
  if (first >= 0xE0 && first < 0xF0) return 3;
  return first >= 0xF0 && first < 0xF5 ? 4 : 0;
}

// The bytes of the character that begins here; 0 where none does (overlong forms, surrogates and the like included).
size_t character_length(std::string_view text) {
  const uint8_t first = uint8_t(text[0]);
  const size_t length = length_by_first(first);
  if (length == 0 || text.size() < length) return 0;
  for (size_t i = 1; i < length; ++i)
    if ((uint8_t(text[i]) & 0xC0) != 0x80) return 0;
  const uint8_t second = length > 1 ? uint8_t(text[1]) : 0;
  const bool broken = (first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) ||
                      (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F);
  return broken ? 0 : length;
}

bool is_control(std::string_view character) {
  const uint8_t first = uint8_t(character[0]);
  return character.size() == 1 ? first < 0x20 || first == 0x7F
                               : character.size() == 2 && first == 0xC2 && uint8_t(character[1]) < 0xA0;
}

}  // namespace

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const size_t length = character_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string clean_utf8(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const size_t length = character_length(text);
    const std::string_view character = text.substr(0, length);
    if (length == 0 || character == "\xEF\xBF\xBE" || character == "\xEF\xBF\xBF") out += replacement;
    else if (is_control(character)) out += ' ';
    else out += character;
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

size_t character_count(std::string_view text) {
  return size_t(std::count_if(text.begin(), text.end(), [](char c) { return (uint8_t(c) & 0xC0) != 0x80; }));
}

std::string_view first_characters(std::string_view text, size_t count) {
  size_t bytes = 0;
  for (; bytes < text.size(); ++bytes)
    if ((uint8_t(text[bytes]) & 0xC0) != 0x80 && count-- == 0) break;
  return text.substr(0, bytes);
}

}  // namespace cajal
