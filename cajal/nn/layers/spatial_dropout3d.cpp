#include "cajal/nn/internal/images.h"
#include "cajal/nn/layers/spatial_dropout.h"
#include "cajal/ops/elementwise.h"

namespace cajal {

SpatialDropout3D::SpatialDropout3D(Options given) : options(std::move(given)) {
  set_class_name("SpatialDropout3D");
  supports_masking = true;
  internal::expect_rate("SpatialDropout3D", options.rate);
}

Var SpatialDropout3D::call(Var x) {
  if (options.rate == 0) return x;
  return where(training(), x * internal::channel_mask(*this, x, 3, options.rate, options.data_format), x);
}

CAJAL_LAYER(spatial_dropout3d, SpatialDropout3D)

}  // namespace cajal
