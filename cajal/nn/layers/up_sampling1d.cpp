#include "cajal/nn/internal/images.h"
#include "cajal/nn/layers/up_sampling.h"

namespace cajal {

UpSampling1D::UpSampling1D(Options given) : options(std::move(given)) {
  set_class_name("UpSampling1D");
  options.size = options.size.of(1, "size of UpSampling1D");
}

Var UpSampling1D::call(Var x) { return internal::enlarged(*this, x, options.size, {}); }

CAJAL_LAYER(up_sampling1d, UpSampling1D)

}  // namespace cajal
