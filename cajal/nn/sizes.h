// How layers of images are told sizes, margins, ranges of chance and where the channels stand.
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "cajal/base/config.h"
#include "cajal/tensor/shape.h"

namespace cajal {

/// A number for each axis of an image: `3` for all of them, or `{3, 5}`. Empty where none was given.
class Sizes {
 public:
  Sizes() = default;
  Sizes(int64_t all) : values_{all} {}
  Sizes(std::initializer_list<int64_t> values) : values_(values) {}
  explicit Sizes(std::vector<int64_t> values) : values_(std::move(values)) {}

  bool empty() const { return values_.empty(); }
  const std::vector<int64_t>& values() const { return values_; }
  /// As many numbers as there are axes, none below `least`. Throws Error naming `what`: "kernel_size of Conv2D".
  Sizes of(int axes, const std::string& what, int64_t least = 1) const;

  /// A list; null where none was given.
  Config config() const;
  /// A number or a list.
  static Sizes from_config(const Config& config);
  friend bool operator==(const Sizes&, const Sizes&) = default;

 private:
  std::vector<int64_t> values_;
};

/// What is added or taken at both ends of each axis of an image: `1` everywhere, `{1, 2}` for the height and the width,
/// `{{0, 1}, {2, 3}}` before and after each. With one axis `{1, 2}` is before and after.
class Margins {
 public:
  using Pair = std::array<int64_t, 2>;
  Margins(int64_t all) : numbers_{all} {}
  Margins(std::initializer_list<int64_t> numbers) : numbers_(numbers) {}
  Margins(std::initializer_list<Pair> pairs) : pairs_(pairs) {}

  /// Before and after each axis. Throws Error naming `what` where the number of axes differs or one is negative.
  std::vector<Pair> of(int axes, const std::string& what) const;

  /// As it was given.
  Config config() const;
  static Margins from_config(const Config& config);
  friend bool operator==(const Margins&, const Margins&) = default;

 private:
  std::vector<int64_t> numbers_;
  std::vector<Pair> pairs_;  // used where there are no numbers
};

/// Between which numbers chance may choose: `{0.1, 0.3}`, or `0.2`, which most layers take for -0.2 to 0.2. Empty where
/// none was given.
class Range {
 public:
  using Pair = std::array<double, 2>;
  Range() = default;
  Range(double number) : values_{number} {}
  Range(std::initializer_list<double> values) : values_(values) {}
  explicit Range(std::vector<double> values) : values_(std::move(values)) {}

  bool empty() const { return values_.empty(); }
  const std::vector<double>& values() const { return values_; }
  /// The smaller and the larger; of one number f as far from -f to f as lies within the bounds. Throws Error naming
  /// `what` where nothing was given, or something beyond the bounds.
  Pair of(const std::string& what, double least, double most) const;
  /// Two numbers, the first below the second, as where values lie. Throws Error naming `what`.
  Pair two(const std::string& what) const;

  /// As it was given; null where nothing was.
  Config config() const;
  /// A number or a list.
  static Range from_config(const Config& config);
  friend bool operator==(const Range&, const Range&) = default;

 private:
  std::vector<double> values_;
};

/// What a layer takes for Sizes or Margins without a name: a number, `Sizes{2, 3}`, but no bare braces, which are the
/// options: `MaxPooling2D(2)`, `MaxPooling2D({.pool_size = {2, 3}})`.
template <class T>
concept SizesArgument = std::convertible_to<const T&, Sizes>;
/// What may stand for margins without names: a number, or a list that says what it is.
template <class T>
concept MarginsArgument = std::convertible_to<const T&, Margins>;

/// Stands first in options that begin with two sizes, so that `{2, 3}` without names does not compile: it would be a
/// window of 2 and a stride of 3.
struct ByName {
  constexpr ByName() {}
};

/// Where the channels of an image stand: "channels_last", [batch, height, width, channels], or "channels_first",
/// [batch, channels, height, width].
///
/// All ops want channels last. A layer that was told channels first turns what it is given and turns the result back;
/// between two such layers both turns vanish when the program is compiled (`turn_once` of program/fused.h).
class DataFormat {
 public:
  DataFormat() = default;
  /// Throws Error for any other word.
  template <class Text>
    requires(std::convertible_to<const Text&, std::string> && !std::integral<Text>)
  DataFormat(const Text& text) : first_(is_channels_first(text)) {}

  bool channels_first() const { return first_; }
  /// The same shape with channels last.
  Shape last(const Shape& shape) const;
  Config config() const { return first_ ? "channels_first" : "channels_last"; }
  static DataFormat from_config(const Config& config) { return DataFormat(config.text()); }
  friend bool operator==(const DataFormat&, const DataFormat&) = default;

 private:
  static bool is_channels_first(const std::string& text);
  bool first_ = false;
};

}  // namespace cajal
