#include "cajal/nn/internal/augmentation.h"
#include "cajal/nn/internal/images.h"
#include "cajal/nn/layers/augmentation.h"
#include "cajal/ops/elementwise.h"
#include "cajal/ops/reduction.h"

namespace cajal {

RandomContrast::RandomContrast(Options given) : options(std::move(given)) {
  set_class_name("RandomContrast");
  options.factor.of("factor of RandomContrast", 0, 1);
  options.value_range.two("value_range of RandomContrast");
}

Var RandomContrast::call(Var x) {
  internal::expect_axes(*this, x.shape(), 2, {});
  const Var image = internal::as_float(x, floatx());
  const auto [low, high] = options.value_range.two("value_range");
  auto [less, more] = options.factor.of("factor", 0, 1);
  if (options.factor.values().size() == 1) less = more;  // one number is as far below 1 as above
  const Var factor = cast(internal::drawn_per_sample(image, {1 - less, 1 + more}), image.dtype());
  const Var middle = mean(image, {1, 2}, true);
  return where(training(), clip((image - middle) * factor + middle, low, high), image);
}

CAJAL_LAYER(random_contrast, RandomContrast)

}  // namespace cajal
