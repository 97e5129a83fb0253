#include "cajal/nn/internal/images.h"
#include "cajal/nn/layers/up_sampling.h"

namespace cajal {

UpSampling3D::UpSampling3D(Options given) : options(std::move(given)) {
  set_class_name("UpSampling3D");
  options.size = options.size.of(3, "size of UpSampling3D");
}

Var UpSampling3D::call(Var x) { return internal::enlarged(*this, x, options.size, options.data_format); }

CAJAL_LAYER(up_sampling3d, UpSampling3D)

}  // namespace cajal
