// What convolution and pooling share: the sizes, and what is said where they do not fit.
#include <algorithm>

#include "cajal/base/text.h"
#include "cajal/ops/internal/window.h"

namespace cajal {
namespace {

constexpr int64_t largest = (int64_t(1) << 31) - 1;

bool all_equal(const std::vector<int64_t>& list, int64_t value) {
  return std::all_of(list.begin(), list.end(), [value](int64_t number) { return number == value; });
}

// "2" where all are 2, else "2 x 3".
std::string shortest(const std::vector<int64_t>& list) {
  return all_equal(list, list[0]) ? std::to_string(list[0]) : by_text(list);
}

void expect_list(const std::vector<int64_t>& list, size_t axes, int64_t least, const std::string& what) {
  if (list.size() != axes)
    fail(what + " of " + std::to_string(list.size()) + " numbers for an image of " + std::to_string(axes) +
         " spatial axes");
  for (int64_t number : list)
    if (number < least || number > largest)
      fail(what + " of " + shortest(list), least == 0 ? "0, 1, 2, ..." : "1, 2, 3, ...");
}

}  // namespace

std::string by_text(const std::vector<int64_t>& sizes) {
  std::vector<std::string> words;
  for (int64_t size : sizes) words.push_back(std::to_string(size));
  return join(words, " x ");
}

std::vector<int64_t> per_axis(const std::vector<int64_t>& list, int axes, const std::string& what) {
  if (list.size() == 1) return std::vector<int64_t>(size_t(axes), list[0]);
  if (int(list.size()) != axes)
    fail(what + " of " + std::to_string(list.size()) + " numbers for an image of " + std::to_string(axes) +
             " spatial axes",
         "one number for all axes, or one per axis");
  return list;
}

int spatial_axes(const Shape& image) {
  const int axes = image.rank() - 2;
  if (axes < 1 || axes > 3)
    fail("an image has one, two or three spatial axes between its batch and its channels, and the shape " +
             image.text() + " has " + std::to_string(std::max(axes, 0)),
         "[batch, height, width, channels]; expand_dims() adds an axis of size 1");
  return axes;
}

int64_t known_size(const Shape& image, int axis) {
  const Dim& dim = image[axis];
  if (dim.is_symbolic())
    fail("axis " + std::to_string(axis) + " of an image of the shape " + image.text() + " has no known size",
         "only the batch may be unknown: give the image's sizes, as in Input({32, 32, 3})");
  if (dim.value() > largest)
    fail("axis " + std::to_string(axis) + " of an image of the shape " + image.text() + " is too large");
  return dim.value();
}

std::vector<int64_t> spatial_sizes(const Shape& image) {
  std::vector<int64_t> out;
  for (int axis = 1; axis <= spatial_axes(image); ++axis) out.push_back(known_size(image, axis));
  return out;
}

void expect_groups(int64_t groups, int64_t channels, const std::string& what) {
  if (groups < 1 || groups > largest)
    fail(std::to_string(groups) + " groups", "1, 2, 3, ...: a number that divides the " + what);
  if (channels % groups == 0) return;
  const std::string sum = std::to_string(channels) + " = " + std::to_string(groups) + " x " +
                          std::to_string(channels / groups) + " + " + std::to_string(channels % groups);
  fail(std::to_string(groups) + " groups do not divide " + std::to_string(channels) + " " + what + ": " + sum,
       "a number of groups that divides the " + what);
}

std::vector<int64_t> Window::covered() const {
  std::vector<int64_t> out;
  for (size_t i = 0; i < size.size(); ++i) out.push_back((size[i] - 1) * dilation[i] + 1);
  return out;
}

std::vector<int64_t> Window::results(const std::vector<int64_t>& image) const {
  expect_list(size, image.size(), 1, "a " + what);
  expect_list(strides, image.size(), 1, "strides");
  expect_list(dilation, image.size(), 1, "a dilation");
  expect_list(low, image.size(), 0, "a padding");
  expect_list(high, image.size(), 0, "a padding");
  const std::vector<int64_t> covers = covered();
  std::vector<int64_t> padded, out;
  for (size_t i = 0; i < image.size(); ++i) {
    padded.push_back(image[i] + low[i] + high[i]);
    out.push_back((padded[i] - covers[i]) / strides[i] + 1);
  }
  for (size_t i = 0; i < image.size(); ++i) {
    if (padded[i] >= covers[i]) continue;
    const bool dilated = !all_equal(dilation, 1), edges = !all_equal(low, 0) || !all_equal(high, 0);
    fail("a " + what + " of " + by_text(size) + (dilated ? " with dilation " + shortest(dilation) : "") + " covers " +
             by_text(covers) + " places and the image, " + by_text(image) +
             (edges ? ", with the padding around it " + by_text(padded) : " with nothing around it") + ", has fewer",
         "a smaller " + what + (dilated ? " or dilation" : "") + ", a larger image, or padding \"same\"");
  }
  return out;
}

void Window::expect_inside(const std::vector<int64_t>& image) const {
  const std::vector<int64_t> count = results(image);
  for (size_t i = 0; i < image.size(); ++i)
    for (int64_t at = 0; at < count[i]; ++at) {
      const int64_t start = at * strides[i] - low[i];
      const int64_t first = start >= 0 ? start : start + (-start + dilation[i] - 1) / dilation[i] * dilation[i];
      if (first < image[i] && first <= start + covered()[i] - 1) continue;
      fail("with " + std::to_string(low[i]) + " and " + std::to_string(high[i]) +
               " places before and after an axis of " + std::to_string(image[i]) + ", " + what + " " +
               std::to_string(at) + " of " + std::to_string(size[i]) + " elements lies outside of the image altogether",
           "less padding: under the size of a " + what);
    }
}

void Window::pad_as(const std::string& padding, const std::vector<int64_t>& image) {
  const std::vector<std::string> names{"valid", "same", "causal"};
  if (std::find(names.begin(), names.end(), padding) == names.end())
    fail("there is no padding called '" + padding + "'", choices(padding, names));
  if (padding == "causal" && image.size() != 1)
    fail("causal padding of " + std::to_string(image.size()) + " spatial axes",
         "it is for one axis, which is time; pad() and \"valid\" do others");
  low.assign(image.size(), 0), high = low;
  if (padding == "valid") return;
  expect_list(size, image.size(), 1, "a " + what);
  expect_list(strides, image.size(), 1, "strides");
  expect_list(dilation, image.size(), 1, "a dilation");
  for (size_t i = 0; i < image.size(); ++i) {
    const int64_t count = (image[i] + strides[i] - 1) / strides[i];
    const int64_t whole = std::max<int64_t>((count - 1) * strides[i] + covered()[i] - image[i], 0);
    low[i] = padding == "same" ? whole / 2 : covered()[i] - 1;
    high[i] = padding == "same" ? whole - low[i] : 0;
  }
}

}  // namespace cajal
