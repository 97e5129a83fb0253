#include "cajal/nn/internal/augmentation.h"
#include "cajal/nn/internal/images.h"
#include "cajal/nn/layers/augmentation.h"
#include "cajal/ops/elementwise.h"

namespace cajal {

RandomTranslation::RandomTranslation(Options given) : options(std::move(given)) {
  set_class_name("RandomTranslation");
  options.height_factor.of("height_factor of RandomTranslation", -1, 1);
  options.width_factor.of("width_factor of RandomTranslation", -1, 1);
  internal::expect_reading("RandomTranslation", {options.fill_mode, options.interpolation});
}

Var RandomTranslation::call(Var x) {
  internal::image_shape(*this, x.shape(), 2, options.data_format);
  const Var image = internal::with_channels_last(internal::as_float(x, floatx()), options.data_format);
  const auto places = [&](int axis, const Range& factor) {
    const Var share = internal::drawn_per_sample(image, factor.of("factor", -1, 1));
    return internal::places_along(image, axis) - share * double(image.dim(axis));
  };
  const Var moved = internal::read_at(image, places(1, options.height_factor), places(2, options.width_factor),
                                      {options.fill_mode, options.interpolation, options.fill_value});
  return internal::with_channels_as_given(where(training(), moved, image), options.data_format);
}

CAJAL_LAYER(random_translation, RandomTranslation)

}  // namespace cajal
