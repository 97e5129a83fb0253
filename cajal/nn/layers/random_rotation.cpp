#include <numbers>

#include "cajal/nn/internal/augmentation.h"
#include "cajal/nn/internal/images.h"
#include "cajal/nn/layers/augmentation.h"
#include "cajal/ops/elementwise.h"

namespace cajal {

RandomRotation::RandomRotation(Options given) : options(std::move(given)) {
  set_class_name("RandomRotation");
  options.factor.of("factor of RandomRotation", -1, 1);
  internal::expect_reading("RandomRotation", {options.fill_mode, options.interpolation});
}

Var RandomRotation::call(Var x) {
  internal::image_shape(*this, x.shape(), 2, options.data_format);
  const Var image = internal::with_channels_last(internal::as_float(x, floatx()), options.data_format);
  const double middle_row = double(image.dim(1) - 1) / 2, middle_column = double(image.dim(2) - 1) / 2;
  const Var angle = internal::drawn_per_sample(image, options.factor.of("factor", -1, 1)) * (2 * std::numbers::pi);
  const Var down = internal::places_along(image, 1) - middle_row;
  const Var right = internal::places_along(image, 2) - middle_column;
  const Var rows = right * sin(angle) + down * cos(angle) + middle_row;
  const Var columns = right * cos(angle) - down * sin(angle) + middle_column;
  const Var turned =
      internal::read_at(image, rows, columns, {options.fill_mode, options.interpolation, options.fill_value});
  return internal::with_channels_as_given(where(training(), turned, image), options.data_format);
}

CAJAL_LAYER(random_rotation, RandomRotation)

}  // namespace cajal
