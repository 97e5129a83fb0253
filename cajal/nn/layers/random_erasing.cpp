#include <algorithm>

#include "cajal/nn/internal/augmentation.h"
#include "cajal/nn/internal/images.h"
#include "cajal/nn/layers/augmentation.h"
#include "cajal/ops/elementwise.h"
#include "cajal/ops/random.h"

namespace cajal {

RandomErasing::RandomErasing(Options given) : options(std::move(given)) {
  set_class_name("RandomErasing");
  options.factor.of("factor of RandomErasing", 0, 1);
  options.scale.of("scale of RandomErasing", 0, 1);
  options.value_range.two("value_range of RandomErasing");
}

Var RandomErasing::filling(const Var& image) const {
  const auto [low, high] = options.value_range.two("value_range");
  if (options.fill_value.empty()) return clip(random_normal_like(image, 0, high), low, high);
  const int axis = options.data_format.channels_first() ? 1 : 3;
  const auto count = int64_t(options.fill_value.size());
  if (count != 1 && !(image.dim(axis) == count))
    fail(internal::title(*this) + " was given " + std::to_string(count) + " numbers to fill in for " +
             image.dim(axis).text() + " channels",
         "one number, or one for each channel");
  Shape shape{1, 1, 1, 1};
  shape[axis] = count;
  Tensor colour(shape, image.dtype());
  for (int64_t i = 0; i < count; ++i) colour.set_flat(i, std::clamp(options.fill_value[size_t(i)], low, high));
  return constant(colour);
}

Var RandomErasing::call(Var x) {
  internal::image_shape(*this, x.shape(), 2, options.data_format);
  const Var image = internal::as_float(x, floatx());
  const auto covered = [&](int axis) {
    const double size = double(image.dim(axis));
    const Var length = sqrt(internal::drawn_per_sample(image, options.scale.of("scale", 0, 1))) * size;
    const Var start = internal::drawn_per_sample(image, {0, 1}) * (size - length);
    const Var place = internal::places_along(image, axis);
    return place >= start && place < start + length;
  };
  const int height = options.data_format.channels_first() ? 2 : 1;
  const Var probability = internal::drawn_per_sample(image, options.factor.of("factor", 0, 1));
  const Var chosen = internal::drawn_per_sample(image, {0, 1}) < probability;
  const Var erased = where(chosen && covered(height) && covered(height + 1), filling(image), image);
  return where(training(), erased, image);
}

CAJAL_LAYER(random_erasing, RandomErasing)

}  // namespace cajal
