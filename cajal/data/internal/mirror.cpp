#include "cajal/data/internal/mirror.h"

#include <algorithm>

#include "cajal/base/error.h"
#include "cajal/base/text.h"
#include "cajal/data/internal/window.h"

namespace cajal::internal {
namespace {

void swap_places(std::byte* a, std::byte* b, size_t bytes) { std::swap_ranges(a, a + bytes, b); }

// The usual picture of three bytes a place has a loop of its own: the general one is four times slower.
void mirror_row(std::byte* row, const PictureForm& form) {
  const size_t size = form.place_bytes;
  std::byte *left = row, *right = row + size_t(form.width - 1) * size;
  if (size == 3) {
    for (; left < right; left += 3, right -= 3)
      for (int i = 0; i < 3; ++i) std::swap(left[i], right[i]);
  } else {
    for (; left < right; left += size, right -= size) swap_places(left, right, size);
  }
}

void flip_sideways(Tensor& picture, const PictureForm& form) {
  for (int64_t y = 0; y < form.height; ++y) mirror_row(picture.raw() + size_t(y * form.width) * form.place_bytes, form);
}

void flip_upside_down(Tensor& picture, const PictureForm& form) {
  const size_t row = size_t(form.width) * form.place_bytes;
  for (int64_t y = 0; y < form.height / 2; ++y)
    swap_places(picture.raw() + size_t(y) * row, picture.raw() + size_t(form.height - 1 - y) * row, row);
}

}  // namespace

Mirror Mirror::named(const std::string& mode) {
  static const std::vector<std::string> modes = {"horizontal", "vertical", "horizontal_and_vertical"};
  if (std::find(modes.begin(), modes.end(), mode) == modes.end())
    throw Error(Code::not_found, "there is no way to flip called '" + mode + "'", {}, choices(mode, modes));
  return {mode != "vertical", mode != "horizontal"};
}

Tensor mirrored(Tensor picture, const Mirror& mirror) {
  const PictureForm form = form_of(picture);
  if (!picture.is_contiguous()) picture = picture.copy();
  if (mirror.sideways) flip_sideways(picture, form);
  if (mirror.upside_down) flip_upside_down(picture, form);
  return picture;
}

}  // namespace cajal::internal
