// What convolution and pooling share: a window that moves over an image.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "cajal/graph/op.h"

namespace cajal {

// ------------------------------------------------------------------------------------------------ shapes

/// "5 x 5"
std::string by_text(const std::vector<int64_t>& sizes);

/// The list with one number per spatial axis: a single number stands for all of them.
std::vector<int64_t> per_axis(const std::vector<int64_t>& list, int axes, const std::string& what);

/// How many axes of an image [batch, spatial..., channels] are spatial; throws Error unless one, two or three.
int spatial_axes(const Shape& image);
/// The spatial sizes of an image; throws Error where one is unknown.
std::vector<int64_t> spatial_sizes(const Shape& image);
/// The size of that axis of an image; throws Error where it is unknown.
int64_t known_size(const Shape& image, int axis);
/// Throws Error unless the groups divide the channels, the sum written out.
void expect_groups(int64_t groups, int64_t channels, const std::string& what);

/// How a window moves, one number per spatial axis in each list. `what` it is called in errors: a kernel, a window.
struct Window {
  std::string what;
  std::vector<int64_t> size, strides, low, high, dilation;

  /// From the first to the last place that the window takes in along an axis.
  std::vector<int64_t> covered() const;
  /// How many places it has on an image; throws Error where a list is no good or the image too small.
  std::vector<int64_t> results(const std::vector<int64_t>& image) const;
  /// Throws Error where at some place the whole window lies outside of the image.
  void expect_inside(const std::vector<int64_t>& image) const;
  /// Sets `low` and `high` as "valid", "same" or "causal" have them.
  void pad_as(const std::string& padding, const std::vector<int64_t>& image);
};

/// Runs `f`, and adds the function's name to the errors of what it finds out before an op is recorded.
template <class F>
auto named(const char* function, F&& f) {
  try {
    return f();
  } catch (const Error& error) {
    throw error.where().empty() ? error.at(function) : error;
  }
}

// ------------------------------------------------------------------------------------------------ places

/// Three numbers, one per spatial axis; those that an image of fewer axes does not have stand first.
using Places = std::array<int64_t, 3>;

inline Places three(std::span<const int64_t> list, int64_t missing = 1) {
  Places out{missing, missing, missing};
  std::copy(list.begin(), list.end(), out.end() - std::ptrdiff_t(list.size()));
  return out;
}

/// Calls `f(number, place)` for each place of a box, in row-major order.
template <class F>
void for_places(const Places& box, F&& f) {
  int64_t number = 0;
  for (int64_t a = 0; a < box[0]; ++a)
    for (int64_t b = 0; b < box[1]; ++b)
      for (int64_t c = 0; c < box[2]; ++c) f(number++, Places{a, b, c});
}

/// The place of that number.
inline Places place_of(int64_t number, const Places& box) {
  return {number / box[2] / box[1], number / box[2] % box[1], number % box[2]};
}

/// Which place of the image lies below which element of the window, for a running kernel.
struct WindowPlaces {
  Places image, window, result, strides, low, dilation;

  /// `A` has the lists of ConvAttributes.
  template <class A>
  WindowPlaces(const A& a, std::span<const int64_t> image, std::span<const int64_t> window,
               std::span<const int64_t> result)
      : image(three(image)),
        window(three(window)),
        result(three(result)),
        strides(three(a.strides)),
        low(three(a.low, 0)),
        dilation(three(a.dilation)) {}

  static int64_t count(const Places& box) { return box[0] * box[1] * box[2]; }
  /// The number of the image's place below that element of the window, or -1 where it lies outside.
  int64_t below(const Places& at, const Places& element) const {
    int64_t number = 0;
    for (size_t i = 0; i < 3; ++i) {
      const int64_t place = at[i] * strides[i] + element[i] * dilation[i] - low[i];
      if (place < 0 || place >= image[i]) return -1;
      number = number * image[i] + place;
    }
    return number;
  }
  /// The number of the result whose window has that element above that place of the image, or -1 if there is none.
  int64_t above(const Places& place, const Places& element) const {
    int64_t number = 0;
    for (size_t i = 0; i < 3; ++i) {
      const int64_t start = place[i] + low[i] - element[i] * dilation[i];
      if (start < 0 || start % strides[i] != 0 || start / strides[i] >= result[i]) return -1;
      number = number * result[i] + start / strides[i];
    }
    return number;
  }
};

/// The spatial sizes of a running kernel's operand [batch, spatial..., channels].
inline std::span<const int64_t> spatial_of(const Operand& image) {
  return image.shape().subspan(1, size_t(image.rank - 2));
}

}  // namespace cajal
