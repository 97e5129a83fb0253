#include "cajal/data/internal/parse_number.h"

#include <locale.h>
#include <stdlib.h>

#include <cmath>
#include <cstdint>
#include <string>

#include "cajal/base/text.h"

namespace cajal::internal {
namespace {

constexpr double powers_of_ten[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The digits of a number, as a whole number and a power of ten.
struct Digits {
  uint64_t mantissa = 0;
  int exponent = 0;
  int count = 0;      // digits seen, leading zeros included
  bool exact = true;  // no digit was left out
};

const char* read_digits(const char* at, const char* end, bool behind_point, Digits& digits) {
  for (; at < end && is_digit(*at); ++at) {
    ++digits.count;
    if (digits.mantissa < 100'000'000'000'000'000u) {
      digits.mantissa = 10 * digits.mantissa + uint64_t(*at - '0');
      digits.exponent -= behind_point;
    } else {
      digits.exact &= *at == '0';
      digits.exponent += !behind_point;
    }
  }
  return at;
}

// "e-7" and the like; null where it is damaged.
const char* read_exponent(const char* at, const char* end, int& exponent) {
  if (at == end || (*at != 'e' && *at != 'E')) return at;
  ++at;
  const bool negative = at < end && *at == '-';
  if (at < end && (*at == '-' || *at == '+')) ++at;
  if (at == end) return nullptr;
  int value = 0;
  for (; at < end && is_digit(*at); ++at) value = value < 100'000 ? 10 * value + (*at - '0') : value;
  exponent += negative ? -value : value;
  return at == end ? at : nullptr;
}

// Everything that the short way cannot do exactly.
double by_library(std::string_view text, char point) {
  static const locale_t plain = ::newlocale(LC_ALL_MASK, "C", nullptr);
  std::string copy(text);
  if (point != '.')
    for (char& c : copy)
      if (c == point) c = '.';
  return ::strtod_l(copy.c_str(), nullptr, plain);
}

bool parse_infinity(std::string_view text, double& value) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text.size() != 3 && text.size() != 8) return false;
  const std::string word = lower(text);
  if (word != "inf" && word != "infinity") return false;
  value = negative ? -HUGE_VAL : HUGE_VAL;
  return true;
}

}  // namespace

bool parse_number(std::string_view text, char point, double& value) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  const char *at = text.data(), *end = at + text.size();
  if (at == end) return false;
  const bool negative = *at == '-';
  if (*at == '-' || *at == '+') ++at;
  Digits digits;
  at = read_digits(at, end, false, digits);
  if (at < end && *at == point) at = read_digits(at + 1, end, true, digits);
  if (!digits.count) return parse_infinity(text, value);
  at = read_exponent(at, end, digits.exponent);
  if (at != end) return false;
  // Below 2^53 and with a power of ten that is a double, one rounding gives the nearest double.
  if (digits.exact && digits.mantissa <= uint64_t(1) << 53 && digits.exponent >= -22 && digits.exponent <= 22) {
    const double whole = double(digits.mantissa);
    const double scaled =
        digits.exponent < 0 ? whole / powers_of_ten[-digits.exponent] : whole * powers_of_ten[digits.exponent];
    value = negative ? -scaled : scaled;
  } else {
    value = by_library(text, point);
  }
  return true;
}

}  // namespace cajal::internal
