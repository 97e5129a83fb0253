// Text for people: joining, splitting, the nearest spelling, sizes and times in words.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cajal {

/// The words with the separator between them.
std::string join(const std::vector<std::string>& words, std::string_view separator);

/// The parts between the separators, empty parts included; an empty text has one empty part.
std::vector<std::string> split(std::string_view text, char separator);

/// The text without spaces, tabs and line ends at both ends.
std::string_view trim(std::string_view text);

/// The text with A to Z made small; other characters stay.
std::string lower(std::string_view text);

/// The candidate that the word was probably meant to be; empty where none is near.
///
/// Capitals, '_', '-', '.' and spaces do not count; one wrong, missing, extra or swapped letter in three does not
/// either, nor does a missing end ("acc" finds "accuracy").
/// Cost: length of the word times the length of all candidates.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

/// "; did you mean 'float32'?" to stand after a message, or nothing where no candidate is near.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates);

/// A hint for a wrong word: "'float32'" where that is near, else "one of float32, float64, int8" (at most 20 named).
std::string choices(std::string_view word, const std::vector<std::string>& candidates);

/// "512 bytes", "3.2 MB", "128 GB": powers of 1000.
std::string human_bytes(uint64_t bytes);

/// "92,000".
std::string human_count(int64_t count);

/// "250 us", "12 ms", "3.4 s", "45 s", "1 min 20 s", "2 h 5 min", "3 d 4 h".
std::string human_duration(double seconds);

}  // namespace cajal
