#include "cajal/base/text.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

namespace cajal {
namespace {

// What is left of a word when only its letters and digits count.
std::string bare(std::string_view word) {
  std::string out;
  for (char c : lower(word))
    if (c != '_' && c != '-' && c != '.' && c != ' ') out += c;
  return out;
}

// How many letters must be changed, added, left out or swapped with their neighbour to make b of a.
size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1])});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

std::string three_digits(double value) { return fmt::format("{:.{}f}", value, value < 99.95 ? 1 : 0); }

std::string two_units(int64_t count, int64_t per_big, const char* big, const char* small) {
  std::string out = fmt::format("{} {}", count / per_big, big);
  if (count % per_big) out += fmt::format(" {} {}", count % per_big, small);
  return out;
}

}  // namespace

std::string join(const std::vector<std::string>& words, std::string_view separator) {
  std::string out;
  for (size_t i = 0; i < words.size(); ++i) {
    if (i) out += separator;
    out += words[i];
  }
  return out;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (true) {
    const size_t end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view blank = " \t\r\n\v\f";
  const size_t begin = text.find_first_not_of(blank);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blank) - begin + 1);
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = char(c - 'A' + 'a');
  return out;
}

std::string nearest(std::string_view word, const std::vector<std::string>& candidates) {
  // Longer words are data, not misspellings, and would cost time.
  if (word.empty() || word.size() > 200) return {};
  const std::string wanted = bare(word);
  const std::string* best = nullptr;
  size_t best_distance = 0;
  for (const std::string& candidate : candidates) {
    if (candidate.size() > 200) continue;
    const std::string known = bare(candidate);
    size_t distance = edit_distance(wanted, known);
    const size_t bound = std::min(wanted.size(), known.size()) < 3 ? 0 : std::max(wanted.size(), known.size()) / 3;
    if (distance > bound) {
      if (wanted.size() < 3 || !known.starts_with(wanted)) continue;
    }
    if (!best || distance < best_distance) best = &candidate, best_distance = distance;
  }
  return best ? *best : std::string();
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates) {
  const std::string near = nearest(word, candidates);
  return near.empty() ? near : "; did you mean '" + near + "'?";
}

std::string choices(std::string_view word, const std::vector<std::string>& candidates) {
  const std::string near = nearest(word, candidates);
  if (!near.empty()) return "'" + near + "'";
  constexpr size_t most = 20;
  const size_t shown = std::min(candidates.size(), most);
  std::string out = "one of " + join({candidates.begin(), candidates.begin() + std::ptrdiff_t(shown)}, ", ");
  if (shown < candidates.size()) out += fmt::format(" and {} more", candidates.size() - shown);
  return candidates.empty() ? std::string() : out;
}

std::string human_bytes(uint64_t bytes) {
  if (bytes < 1000) return fmt::format("{} byte{}", bytes, bytes == 1 ? "" : "s");
  constexpr const char* units[] = {"kB", "MB", "GB", "TB", "PB", "EB"};
  double value = double(bytes) / 1000;
  size_t unit = 0;
  for (; value >= 999.5; value /= 1000) ++unit;
  return three_digits(value) + " " + units[unit];
}

std::string human_count(int64_t count) {
  std::string digits = std::to_string(count);
  const size_t first = count < 0 ? 1 : 0;
  for (size_t place = digits.size(); place > first + 3;) {
    place -= 3;
    digits.insert(place, ",");
  }
  return digits;
}

std::string human_duration(double seconds) {
  if (!std::isfinite(seconds) || seconds < 0 || seconds > 1e15) return "unknown time";
  if (seconds < 0.9995e-3) return fmt::format("{:.0f} us", seconds * 1e6);
  if (seconds < 0.9995) return fmt::format("{:.0f} ms", seconds * 1e3);
  if (seconds < 9.95) return fmt::format("{:.1f} s", seconds);
  const auto whole = int64_t(std::llround(seconds));
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return two_units(whole, 60, "min", "s");
  if (whole < 24 * 3600) return two_units((whole + 30) / 60, 60, "h", "min");
  return two_units((whole + 1800) / 3600, 24, "d", "h");
}

}  // namespace cajal
