// fixed_translation: every picture moved by the same places.
#include "cajal/data/augment.h"
#include "cajal/data/internal/window.h"

namespace cajal {

using namespace internal;

Augmentation fixed_translation(int64_t down, int64_t right, const std::string& fill_mode, double fill_value) {
  const Fill fill = fill_named(fill_mode);
  return [=](Tensor picture, random::Stream&) {
    const PictureForm form = form_of(picture);
    return cut_window(picture, {.top = -down,
                                .left = -right,
                                .height = form.height,
                                .width = form.width,
                                .fill = fill,
                                .fill_value = fill_value});
  };
}

}  // namespace cajal
