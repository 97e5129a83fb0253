#include "cajal/nn/internal/images.h"
#include "cajal/nn/layers/cropping.h"

namespace cajal {

Cropping1D::Cropping1D(Options given) : options(std::move(given)) {
  set_class_name("Cropping1D");
  options.cropping.of(1, "cropping of Cropping1D");
}

Var Cropping1D::call(Var x) { return internal::cropped(*this, x, options.cropping.of(1, "cropping"), {}); }

CAJAL_LAYER(cropping1d, Cropping1D)

}  // namespace cajal
