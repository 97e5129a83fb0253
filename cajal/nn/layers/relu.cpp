#include "cajal/nn/layers/relu.h"

#include "cajal/ops/activation.h"
#include "cajal/ops/elementwise.h"

namespace cajal {

ReLU::ReLU(Options given) : options(std::move(given)) {
  set_class_name("ReLU");
  supports_masking = true;
}

Var ReLU::call(Var x) {
  if (options.negative_slope == 0 && options.threshold == 0) {
    if (options.max_value == 6) return cajal::relu6(x);
    return options.max_value < 0 ? cajal::relu(x) : clip(x, 0, options.max_value);
  }
  const Var above = options.max_value < 0 ? x : minimum(x, options.max_value);
  return where(greater_equal(x, options.threshold), above, (x - options.threshold) * options.negative_slope);
}

CAJAL_LAYER(relu, ReLU)

}  // namespace cajal
