#include "cajal/nn/layers/elu.h"

#include "cajal/ops/activation.h"

namespace cajal {

ELU::ELU(Options given) : options(std::move(given)) {
  set_class_name("ELU");
  supports_masking = true;
}

Var ELU::call(Var x) { return cajal::elu(x, options.alpha); }

CAJAL_LAYER(elu, ELU)

}  // namespace cajal
