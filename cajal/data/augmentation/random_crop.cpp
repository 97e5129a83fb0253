// random_crop: a piece of the picture, or of the picture with a margin.
#include "cajal/base/error.h"
#include "cajal/data/augment.h"
#include "cajal/data/internal/window.h"

namespace cajal {
namespace {

using namespace internal;

// The first of `size` places among `all` with a margin on both sides.
int64_t crop_start(int64_t all, int64_t size, int64_t padding, random::Stream& stream) {
  const int64_t spare = all + 2 * padding - size;
  if (spare < 0)
    fail("a piece of " + std::to_string(size) + " places does not fit into " + std::to_string(all) +
             " with a margin of " + std::to_string(padding) + " on each side",
         "a smaller piece, or more padding");
  return stream.below(spare + 1) - padding;
}

}  // namespace

Augmentation random_crop(CropOptions options) {
  if (options.height < 0 || options.width < 0 || options.padding < -1)
    fail("random_crop was given a height of " + std::to_string(options.height) + ", a width of " +
         std::to_string(options.width) + " and a padding of " + std::to_string(options.padding));
  const Fill fill = fill_named(options.fill_mode);
  return [=](Tensor picture, random::Stream& stream) {
    const PictureForm form = form_of(picture);
    const int64_t padding = options.padding < 0 ? form.shorter() / 8 : options.padding;
    Window window{.height = options.height ? options.height : form.height,
                  .width = options.width ? options.width : form.width,
                  .fill = fill,
                  .fill_value = options.fill_value};
    window.top = crop_start(form.height, window.height, padding, stream);
    window.left = crop_start(form.width, window.width, padding, stream);
    return cut_window(picture, window);
  };
}

}  // namespace cajal
