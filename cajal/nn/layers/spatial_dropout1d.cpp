#include "cajal/nn/internal/images.h"
#include "cajal/nn/layers/spatial_dropout.h"
#include "cajal/ops/elementwise.h"

namespace cajal {

SpatialDropout1D::SpatialDropout1D(Options given) : options(std::move(given)) {
  set_class_name("SpatialDropout1D");
  supports_masking = true;
  internal::expect_rate("SpatialDropout1D", options.rate);
}

Var SpatialDropout1D::call(Var x) {
  if (options.rate == 0) return x;
  return where(training(), x * internal::channel_mask(*this, x, 1, options.rate, {}), x);
}

CAJAL_LAYER(spatial_dropout1d, SpatialDropout1D)

}  // namespace cajal
