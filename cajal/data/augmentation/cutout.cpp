// cutout: a square of the picture covered.
#include <algorithm>

#include "cajal/base/error.h"
#include "cajal/data/augment.h"
#include "cajal/data/internal/window.h"

namespace cajal {

using namespace internal;

Augmentation cutout(CutoutOptions options) {
  if (options.size < -1) fail("cutout was given a side of " + std::to_string(options.size));
  return [=](Tensor picture, random::Stream& stream) {
    const PictureForm form = form_of(picture);
    const int64_t side = options.size < 0 ? form.shorter() / 4 : options.size;
    auto start = [&](int64_t size) {
      return options.inside ? stream.below(std::max<int64_t>(size - side, 0) + 1) : stream.below(size) - side / 2;
    };
    const int64_t top = start(form.height), left = start(form.width);
    if (!picture.is_contiguous()) picture = picture.copy();
    const int64_t first = std::max<int64_t>(left, 0), last = std::min(left + side, form.width);
    if (first >= last) return picture;
    for (int64_t y = std::max<int64_t>(top, 0); y < std::min(top + side, form.height); ++y)
      fill_places(picture, form.place_bytes, y * form.width + first, last - first, options.fill_value);
    return picture;
  };
}

}  // namespace cajal
