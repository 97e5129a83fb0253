#include "cajal/nn/internal/images.h"
#include "cajal/nn/layers/spatial_dropout.h"
#include "cajal/ops/elementwise.h"

namespace cajal {

SpatialDropout2D::SpatialDropout2D(Options given) : options(std::move(given)) {
  set_class_name("SpatialDropout2D");
  supports_masking = true;
  internal::expect_rate("SpatialDropout2D", options.rate);
}

Var SpatialDropout2D::call(Var x) {
  if (options.rate == 0) return x;
  return where(training(), x * internal::channel_mask(*this, x, 2, options.rate, options.data_format), x);
}

CAJAL_LAYER(spatial_dropout2d, SpatialDropout2D)

}  // namespace cajal
