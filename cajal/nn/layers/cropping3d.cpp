#include "cajal/nn/internal/images.h"
#include "cajal/nn/layers/cropping.h"

namespace cajal {

Cropping3D::Cropping3D(Options given) : options(std::move(given)) {
  set_class_name("Cropping3D");
  options.cropping.of(3, "cropping of Cropping3D");
}

Var Cropping3D::call(Var x) {
  return internal::cropped(*this, x, options.cropping.of(3, "cropping"), options.data_format);
}

CAJAL_LAYER(cropping3d, Cropping3D)

}  // namespace cajal
