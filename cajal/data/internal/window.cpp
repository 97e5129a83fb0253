#include "cajal/data/internal/window.h"

#include <algorithm>
#include <cstring>

#include "cajal/base/error.h"
#include "cajal/base/text.h"

namespace cajal::internal {
namespace {

// Where the place i of an axis of n places is taken from; -1: from nowhere.
int64_t source(int64_t i, int64_t n, Fill fill) {
  if (i >= 0 && i < n) return i;
  if (fill == Fill::constant) return -1;
  if (fill == Fill::nearest) return std::clamp<int64_t>(i, 0, n - 1);
  if (fill == Fill::wrap) return ((i % n) + n) % n;
  const int64_t turn = ((i % (2 * n)) + 2 * n) % (2 * n);
  return turn < n ? turn : 2 * n - 1 - turn;
}

void cut_row(const std::byte* from, std::byte* to, const PictureForm& form, const Window& window) {
  const int64_t first = std::clamp<int64_t>(-window.left, 0, window.width);
  const int64_t last = std::clamp<int64_t>(form.width - window.left, first, window.width);
  const size_t size = form.place_bytes;
  if (first < last)
    std::memcpy(to + size_t(first) * size, from + size_t(first + window.left) * size, size_t(last - first) * size);
  if (window.fill == Fill::constant) return;
  auto beyond = [&](int64_t x) {
    std::memcpy(to + size_t(x) * size, from + size_t(source(x + window.left, form.width, window.fill)) * size, size);
  };
  for (int64_t x = 0; x < first; ++x) beyond(x);
  for (int64_t x = last; x < window.width; ++x) beyond(x);
}

Tensor blank(const Tensor& like, const Window& window) {
  Shape shape = like.shape();
  shape[0] = window.height;
  shape[1] = window.width;
  return window.fill == Fill::constant && window.fill_value != 0 ? Tensor::full(shape, window.fill_value, like.dtype())
                                                                 : Tensor(shape, like.dtype());
}

}  // namespace

PictureForm form_of(const Tensor& picture) {
  if ((picture.rank() != 2 && picture.rank() != 3) || picture.size() == 0)
    fail("a picture is [height, width, channels] or [height, width], and " + picture.shape().text() +
             " was given to be changed by chance",
         "augment before batch, and only pictures");
  const int64_t channels = picture.rank() == 3 ? picture.dim(2) : 1;
  return {picture.dim(0), picture.dim(1), size_t(channels) * size_of(picture.dtype())};
}

Fill fill_named(const std::string& name) {
  static const std::vector<std::string> names = {"constant", "nearest", "reflect", "wrap"};
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end())
    throw Error(Code::not_found, "there is no fill mode called '" + name + "'", {}, choices(name, names));
  return Fill(found - names.begin());
}

Tensor cut_window(const Tensor& picture, const Window& window) {
  const PictureForm form = form_of(picture);
  const Tensor plain = picture.contiguous();
  Tensor out = blank(plain, window);
  const size_t from_row = size_t(form.width) * form.place_bytes, to_row = size_t(window.width) * form.place_bytes;
  for (int64_t y = 0; y < window.height; ++y)
    if (const int64_t row = source(y + window.top, form.height, window.fill); row >= 0)
      cut_row(plain.raw() + size_t(row) * from_row, out.raw() + size_t(y) * to_row, form, window);
  return out;
}

void fill_places(Tensor& picture, size_t place_bytes, int64_t at, int64_t count, double value) {
  std::byte* to = picture.raw() + size_t(at) * place_bytes;
  const size_t bytes = size_t(count) * place_bytes;
  if (value == 0) {
    std::memset(to, 0, bytes);
    return;
  }
  const Tensor one = Tensor::full({}, value, picture.dtype());
  for (size_t i = 0; i < bytes; i += one.bytes()) std::memcpy(to + i, one.raw(), one.bytes());
}

}  // namespace cajal::internal
