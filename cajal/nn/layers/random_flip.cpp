#include <algorithm>

#include "cajal/base/text.h"
#include "cajal/nn/internal/augmentation.h"
#include "cajal/nn/internal/images.h"
#include "cajal/nn/layers/augmentation.h"
#include "cajal/ops/elementwise.h"

namespace cajal {

RandomFlip::RandomFlip(Options given) : options(std::move(given)) {
  set_class_name("RandomFlip");
  const std::vector<std::string> modes{"horizontal", "vertical", "horizontal_and_vertical"};
  if (std::find(modes.begin(), modes.end(), options.mode) == modes.end())
    fail("RandomFlip has no mode called '" + options.mode + "'", choices(options.mode, modes));
}

Var RandomFlip::call(Var x) {
  internal::image_shape(*this, x.shape(), 2, options.data_format);
  const Var image = internal::with_channels_last(internal::as_float(x, floatx()), options.data_format);
  // Counted from the other end by every second sample.
  const auto places = [&](int axis, const char* other_mode) {
    const Var place = internal::places_along(image, axis, DType::int32);
    if (options.mode == other_mode) return place;
    const Var mirrored = internal::drawn_per_sample(image, {0, 1}) < 0.5;
    return where(mirrored, int(image.dim(axis)) - 1 - place, place);
  };
  const Var flipped = internal::picked(image, places(1, "horizontal"), places(2, "vertical"));
  return internal::with_channels_as_given(where(training(), flipped, image), options.data_format);
}

CAJAL_LAYER(random_flip, RandomFlip)

}  // namespace cajal
