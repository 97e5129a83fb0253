#include "cajal/nn/layers/leaky_relu.h"

#include "cajal/ops/activation.h"

namespace cajal {

LeakyReLU::LeakyReLU(Options given) : options(std::move(given)) {
  set_class_name("LeakyReLU");
  supports_masking = true;
}

Var LeakyReLU::call(Var x) { return cajal::leaky_relu(x, options.negative_slope); }

CAJAL_LAYER(leaky_relu, LeakyReLU)

}  // namespace cajal
