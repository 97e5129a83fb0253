// random_translation: the picture moved by whole places.
#include <cmath>

#include "cajal/base/error.h"
#include "cajal/data/augment.h"
#include "cajal/data/internal/window.h"

namespace cajal {

using namespace internal;

Augmentation random_translation(TranslationOptions options) {
  for (double factor : {options.height_factor, options.width_factor})
    if (!(factor >= 0 && factor <= 1))
      fail("random_translation expects shares from 0 to 1 and was given " + std::to_string(factor));
  const Fill fill = fill_named(options.fill_mode);
  return [=](Tensor picture, random::Stream& stream) {
    const PictureForm form = form_of(picture);
    auto moved = [&](int64_t size, double factor) {
      const auto most = int64_t(std::lround(factor * double(size)));
      return stream.below(2 * most + 1) - most;
    };
    Window window{.height = form.height, .width = form.width, .fill = fill, .fill_value = options.fill_value};
    window.top = moved(form.height, options.height_factor);
    window.left = moved(form.width, options.width_factor);
    return cut_window(picture, window);
  };
}

}  // namespace cajal
