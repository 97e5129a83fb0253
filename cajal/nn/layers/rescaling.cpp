#include "cajal/nn/layers/rescaling.h"

#include "cajal/ops/elementwise.h"

namespace cajal {

Rescaling::Rescaling(Options given) : options(std::move(given)) {
  set_class_name("Rescaling");
  supports_masking = true;
}

Var Rescaling::call(Var x) {
  const Var scaled = cast(x, is_float(x.dtype()) ? x.dtype() : floatx()) * options.scale;
  return options.offset == 0 ? scaled : scaled + options.offset;
}

CAJAL_LAYER(rescaling, Rescaling)

}  // namespace cajal
