// Tensor::text(): what NumPy's str() prints, character for character.
//
// Source: the rules of arrayprint.py in NumPy 2.4 (precision 8, threshold 1000, 3 items at each edge, 75 characters a
// line).
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <ostream>

#include "cajal/tensor/convert.h"
#include "cajal/tensor/tensor.h"

namespace cajal {
namespace {

constexpr int precision = 8;
constexpr int64_t threshold = 1000, edge_items = 3;
constexpr size_t line_width = 75;

// A finite number in decimal: d.ddd times ten to the exponent.
struct Decimal {
  bool negative = false;
  std::string digits = "0";
  int exponent = 0;
};

// Takes "-12.50", "0.0012" and "1.25e-07" apart.
Decimal parse(std::string_view text) {
  Decimal out;
  out.negative = text.starts_with('-');
  if (out.negative) text.remove_prefix(1);
  const size_t mark = std::min(text.find('e'), text.size());
  int exponent = mark < text.size() ? std::stoi(std::string(text.substr(mark + 1))) : 0;
  const std::string_view number = text.substr(0, mark);
  const size_t whole = std::min(number.find('.'), number.size());
  std::string digits(number.substr(0, whole));
  if (whole < number.size()) digits += number.substr(whole + 1);
  exponent += int(whole) - 1;
  const size_t zeros = digits.find_first_not_of('0');
  if (zeros == std::string::npos) return out;
  out.exponent = exponent - int(zeros);
  out.digits = digits.substr(zeros, digits.find_last_not_of('0') + 1 - zeros);
  return out;
}

// So many digits, correctly rounded; trailing zeros are dropped.
Decimal rounded(double value, int digits) { return parse(fmt::format("{:.{}e}", value, std::max(1, digits) - 1)); }

double value_of(const Decimal& decimal) {
  const int scale = decimal.exponent - int(decimal.digits.size()) + 1;
  const double whole = double(std::stoll(decimal.digits));
  const double size = scale < 0 ? whole / std::pow(10., -scale) : whole * std::pow(10., scale);
  return decimal.negative ? -size : size;
}

// The decimal whose last digit is one more.
Decimal next_up(Decimal decimal) {
  const size_t length = decimal.digits.size();
  decimal.digits = std::to_string(std::stoll(decimal.digits) + 1);
  decimal.exponent += int(decimal.digits.size() - length);
  return decimal;
}

// The fewest digits that no other value of the type is nearer to.
template <class T>
Decimal shortest(T value) {
  if constexpr (!internal::is_half<T>) {
    return parse(fmt::format("{}", value));
  } else {
    for (int digits = 1; digits < 9; ++digits) {
      const Decimal near = rounded(double(value), digits);
      if (convert<T>(value_of(near)).bits == value.bits) return near;
      // Above a power of two neighbours lie twice as far: a decimal farther away may still be nearest to the value.
      const Decimal up = next_up(near);
      if (convert<T>(value_of(up)).bits == value.bits) return up;
    }
    return rounded(double(value), 9);
  }
}

// The shortest digits, but at least `least` and at most `most` of them, and those then correctly rounded.
template <class T>
Decimal digits_between(T value, const Decimal& unique, int least, int most) {
  const int count = int(unique.digits.size());
  if (count > most) return rounded(double(value), most);
  if (count < least) return rounded(double(value), least);
  return unique;
}

struct Parts {
  std::string whole, fraction, exponent;
};

Parts positional(const Decimal& decimal) {
  Parts out;
  out.whole = decimal.negative ? "-" : "";
  const int count = int(decimal.digits.size());
  if (decimal.exponent < 0) {
    out.whole += '0';
    out.fraction = std::string(size_t(-decimal.exponent - 1), '0') + decimal.digits;
  } else {
    const int whole = std::min(decimal.exponent + 1, count);
    out.whole += decimal.digits.substr(0, size_t(whole)) + std::string(size_t(decimal.exponent + 1 - whole), '0');
    out.fraction = decimal.digits.substr(size_t(whole));
  }
  if (out.fraction.find_first_not_of('0') == std::string::npos) out.fraction.clear();
  return out;
}

Parts scientific(const Decimal& decimal) {
  return {(decimal.negative ? "-" : "") + decimal.digits.substr(0, 1), decimal.digits.substr(1),
          fmt::format("{:02}", std::abs(decimal.exponent))};
}

template <class T>
bool is_finite(T value) {
  return std::isfinite(double(value));
}

template <class T>
bool is_negative(T value) {
  return std::signbit(double(value));
}

template <class T>
std::string not_finite(T value) {
  return std::isnan(double(value)) ? "nan" : is_negative(value) ? "-inf" : "inf";
}

// From here on a number is written with an exponent: its last digits before the point would be made up.
template <class T>
constexpr double largest_plain() {
  if constexpr (internal::is_half<T>) return 1e3;
  return std::is_same_v<T, float> ? 1e6 : 1e16;
}

// How all numbers of one print are written: found from all of them, so that the columns line up.
template <class T>
class FloatFormat {
 public:
  explicit FloatFormat(const std::vector<T>& values) : exponential_(needs_exponent(values)) {
    for (T value : values)
      if (is_finite(value)) measure(value);
    for (T value : values)
      if (!is_finite(value)) {
        const size_t length = not_finite(value).size(), right = right_width() + 1;
        if (length > right) whole_ = std::max(whole_, length - right);
      }
  }

  std::string operator()(T value) const {
    if (!is_finite(value)) return fmt::format("{:>{}}", not_finite(value), whole_ + right_width() + 1);
    return exponential_ ? write_scientific(value) : write_positional(value);
  }

 private:
  // Where the numbers are very large, very small or far apart. Compared in the type itself, as NumPy does.
  static bool needs_exponent(const std::vector<T>& values) {
    double largest = 0, smallest = INFINITY;
    for (T value : values) {
      const double size = std::abs(double(value));
      if (!is_finite(value) || size == 0) continue;
      largest = std::max(largest, size);
      smallest = std::min(smallest, size);
    }
    if (largest == 0) return false;
    return largest >= std::min(1e8, largest_plain<T>()) || smallest < double(convert<T>(1e-4)) ||
           double(convert<T>(largest / smallest)) > 1000;
  }

  void measure(T value) {
    const Parts parts = exponential_ ? scientific(digits_between(value, shortest(value), 0, precision + 1))
                                     : positional(fractional(value, -1));
    whole_ = std::max(whole_, parts.whole.size());
    fraction_ = std::max(fraction_, parts.fraction.size());
    exponent_ = std::max(exponent_, parts.exponent.size());
  }

  size_t right_width() const { return exponential_ ? fraction_ + exponent_ + 2 : fraction_; }

  // At most `precision` digits after the point; `least` are written even where fewer would do.
  static Decimal fractional(T value, int least) {
    const Decimal unique = shortest(value);
    const int before = unique.exponent + 1;
    return digits_between(value, unique, least < 0 ? 0 : before + least, before + precision);
  }

  std::string write_positional(T value) const {
    const Parts parts = positional(fractional(value, 0));
    return fmt::format("{:>{}}.{:<{}}", parts.whole, whole_, parts.fraction, fraction_);
  }

  std::string write_scientific(T value) const {
    const int digits = int(fraction_) + 1;
    const Decimal decimal = digits_between(value, shortest(value), digits, digits);
    const Parts parts = scientific(decimal);
    return fmt::format("{:>{}}.{:0<{}}e{}{:0>{}}", parts.whole, whole_, parts.fraction, fraction_,
                       decimal.exponent < 0 ? '-' : '+', parts.exponent, exponent_);
  }

  bool exponential_;
  size_t whole_ = 0, fraction_ = 0, exponent_ = 0;
};

std::vector<std::string> to_words(const std::vector<bool>& values) {
  std::vector<std::string> words;
  for (bool value : values) words.push_back(value ? " True" : "False");
  return words;
}

template <class T>
std::vector<std::string> to_words(const std::vector<T>& values) {
  std::vector<std::string> words;
  if constexpr (std::is_integral_v<T>) {
    size_t width = 0;
    for (T value : values) width = std::max(width, std::to_string(value).size());
    for (T value : values) words.push_back(fmt::format("{:>{}}", int64_t(value), width));
  } else {
    const FloatFormat<T> format(values);
    for (T value : values) words.push_back(format(value));
  }
  return words;
}

// A lone number: all its digits, and a point so that it reads as a float.
template <class T>
std::string scalar_text(T value) {
  if constexpr (std::is_same_v<T, bool>) {
    return value ? "True" : "False";
  } else if constexpr (std::is_integral_v<T>) {
    return std::to_string(value);
  } else {
    if (!is_finite(value)) return not_finite(value);
    Decimal decimal = shortest(value);
    decimal.negative = is_negative(value);
    const double size = std::abs(double(value));
    const bool plain = size == 0 || (size >= 1e-4 && size < largest_plain<T>());
    const Parts parts = plain ? positional(decimal) : scientific(decimal);
    if (plain) return parts.whole + "." + (parts.fraction.empty() ? "0" : parts.fraction);
    return parts.whole + (parts.fraction.empty() ? "" : "." + parts.fraction) + (decimal.exponent < 0 ? "e-" : "e+") +
           parts.exponent;
  }
}

// Takes the elements that are shown, and afterwards lays their words out in brackets and lines.
class Printer {
 public:
  explicit Printer(const Tensor& tensor) : tensor_(tensor), shortened_(tensor.size() > threshold) {}

  std::string text() {
    visit(tensor_.dtype(), [&](auto zero) {
      std::vector<decltype(zero)> shown;
      collect(0, 0, shown);
      words_ = to_words(shown);
    });
    return block(0, " ", line_width);
  }

 private:
  int axes_left(int axis) const { return tensor_.rank() - axis; }
  bool cut(int axis) const { return shortened_ && tensor_.dim(axis) > 2 * edge_items; }

  template <class T>
  void collect(int axis, int64_t place, std::vector<T>& shown) const {
    if (axes_left(axis) == 0) return shown.push_back(reinterpret_cast<const T*>(tensor_.raw())[place]);
    const int64_t size = tensor_.dim(axis), step = tensor_.strides()[size_t(axis)];
    for (int64_t i = 0; i < size; ++i) {
      if (cut(axis) && i == edge_items) i = size - edge_items;
      collect(axis + 1, place + i * step, shown);
    }
  }

  // What stands at each place of an axis; "..." for the part left out.
  template <class Body>
  void each_item(int axis, Body body) const {
    const int64_t count = cut(axis) ? 2 * edge_items + 1 : tensor_.dim(axis);
    for (int64_t i = 0; i < count; ++i) body(cut(axis) && i == edge_items, i + 1 == count);
  }

  std::string block(int axis, const std::string& indent, size_t width) {
    std::string out = axes_left(axis) == 1 ? rows(axis, indent, width) : blocks(axis, indent, width);
    return "[" + out.substr(indent.size()) + "]";
  }

  std::string blocks(int axis, const std::string& indent, size_t width) {
    std::string out;
    each_item(axis, [&](bool dots, bool last) {
      out += indent + (dots ? "..." : block(axis + 1, indent + " ", width - 1));
      if (!last) out += std::string(size_t(axes_left(axis) - 1), '\n');
    });
    return out;
  }

  std::string rows(int axis, const std::string& indent, size_t width) {
    std::string out, line = indent;
    each_item(axis, [&](bool dots, bool last) {
      const std::string word = dots ? "..." : words_[next_++];
      // A line always takes one word, however long; the last must leave room for its bracket.
      if (line.size() + word.size() > width - 1 && line.size() > indent.size()) {
        out += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
        line = indent;
      }
      line += word;
      if (!last) line += ' ';
    });
    return out + line;
  }

  const Tensor& tensor_;
  bool shortened_;
  std::vector<std::string> words_;
  size_t next_ = 0;
};

}  // namespace

std::string Tensor::text() const {
  if (!defined()) return "(no tensor)";
  if (size_ == 0) return "[]";
  if (rank() > 0) return Printer(*this).text();
  return visit(type_, [&](auto zero) { return scalar_text(*reinterpret_cast<const decltype(zero)*>(raw())); });
}

std::ostream& operator<<(std::ostream& out, const Tensor& tensor) { return out << tensor.text(); }

}  // namespace cajal
