#include "cajal/nn/internal/augmentation.h"
#include "cajal/nn/internal/images.h"
#include "cajal/nn/layers/augmentation.h"
#include "cajal/ops/elementwise.h"

namespace cajal {

RandomBrightness::RandomBrightness(Options given) : options(std::move(given)) {
  set_class_name("RandomBrightness");
  options.factor.of("factor of RandomBrightness", -1, 1);
  options.value_range.two("value_range of RandomBrightness");
}

Var RandomBrightness::call(Var x) {
  const Var image = internal::as_float(x, floatx());
  const auto [low, high] = options.value_range.two("value_range");
  const Var share = internal::drawn_per_sample(image, options.factor.of("factor", -1, 1));
  return where(training(), clip(image + cast(share * (high - low), image.dtype()), low, high), image);
}

CAJAL_LAYER(random_brightness, RandomBrightness)

}  // namespace cajal
