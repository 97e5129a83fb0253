// random_flip: every second picture in a mirror.
#include <algorithm>
#include <cstring>

#include "cajal/base/error.h"
#include "cajal/base/text.h"
#include "cajal/data/augment.h"
#include "cajal/data/internal/window.h"

namespace cajal {
namespace {

using namespace internal;

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

Augmentation random_flip(const std::string& mode) {
  static const std::vector<std::string> modes = {"horizontal", "vertical", "horizontal_and_vertical"};
  if (std::find(modes.begin(), modes.end(), mode) == modes.end())
    throw Error(Code::not_found, "there is no way to flip called '" + mode + "'", {}, choices(mode, modes));
  const bool sideways = mode != "vertical", upside_down = mode != "horizontal";
  return [=](Tensor picture, random::Stream& stream) {
    const PictureForm form = form_of(picture);
    const bool mirrored = sideways && stream.below(2) == 1, turned = upside_down && stream.below(2) == 1;
    if (!picture.is_contiguous()) picture = picture.copy();
    if (mirrored) flip_sideways(picture, form);
    if (turned) flip_upside_down(picture, form);
    return picture;
  };
}

}  // namespace cajal
