#include <algorithm>

#include "cajal/base/text.h"
#include "cajal/nn/internal/images.h"
#include "cajal/nn/layers/up_sampling.h"

namespace cajal {

UpSampling2D::UpSampling2D(Options given) : options(std::move(given)) {
  set_class_name("UpSampling2D");
  options.size = options.size.of(2, "size of UpSampling2D");
  const std::vector<std::string> names{"nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"};
  if (std::find(names.begin(), names.end(), options.interpolation) == names.end())
    fail("UpSampling2D has no interpolation called '" + options.interpolation + "'",
         choices(options.interpolation, names));
}

Var UpSampling2D::call(Var x) {
  return internal::enlarged(*this, x, options.size, options.data_format, options.interpolation);
}

CAJAL_LAYER(up_sampling2d, UpSampling2D)

}  // namespace cajal
