// Text as characters, not bytes: names may be in any script.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace cajal {

/// Whether all of it is well-formed UTF-8: nothing cut off, no overlong forms, no halves of surrogate pairs.
bool is_utf8(std::string_view text);

/// Well-formed UTF-8 on one line: control characters become spaces, broken bytes and what XML forbids U+FFFD.
std::string clean_utf8(std::string_view text);

/// How many characters a text has: its places in a terminal, as far as that follows from their number.
size_t character_count(std::string_view text);

/// The first `count` characters, or all if there are fewer.
std::string_view first_characters(std::string_view text, size_t count);

}  // namespace cajal
