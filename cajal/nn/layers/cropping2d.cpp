#include "cajal/nn/internal/images.h"
#include "cajal/nn/layers/cropping.h"

namespace cajal {

Cropping2D::Cropping2D(Options given) : options(std::move(given)) {
  set_class_name("Cropping2D");
  options.cropping.of(2, "cropping of Cropping2D");
}

Var Cropping2D::call(Var x) {
  return internal::cropped(*this, x, options.cropping.of(2, "cropping"), options.data_format);
}

CAJAL_LAYER(cropping2d, Cropping2D)

}  // namespace cajal
