#include "cajal/nn/internal/augmentation.h"
#include "cajal/nn/internal/images.h"
#include "cajal/nn/layers/augmentation.h"
#include "cajal/ops/elementwise.h"

namespace cajal {

RandomZoom::RandomZoom(Options given) : options(std::move(given)) {
  set_class_name("RandomZoom");
  options.height_factor.of("height_factor of RandomZoom", -1, 1);
  if (!options.width_factor.empty()) options.width_factor.of("width_factor of RandomZoom", -1, 1);
  internal::expect_reading("RandomZoom", {options.fill_mode, options.interpolation});
}

Var RandomZoom::call(Var x) {
  internal::image_shape(*this, x.shape(), 2, options.data_format);
  const Var image = internal::with_channels_last(internal::as_float(x, floatx()), options.data_format);
  const auto drawn = [&](const Range& factor) {
    return 1 + internal::drawn_per_sample(image, factor.of("factor", -1, 1));
  };
  const auto places = [&](int axis, const Var& share) {
    const double middle = double(image.dim(axis) - 1) / 2;
    return (internal::places_along(image, axis) - middle) * share + middle;
  };
  const Var of_height = drawn(options.height_factor);
  const Var of_width = options.width_factor.empty() ? of_height : drawn(options.width_factor);
  const Var zoomed = internal::read_at(image, places(1, of_height), places(2, of_width),
                                       {options.fill_mode, options.interpolation, options.fill_value});
  return internal::with_channels_as_given(where(training(), zoomed, image), options.data_format);
}

CAJAL_LAYER(random_zoom, RandomZoom)

}  // namespace cajal
