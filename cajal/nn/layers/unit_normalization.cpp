#include "cajal/nn/layers/unit_normalization.h"

#include "cajal/ops/elementwise.h"
#include "cajal/ops/reduction.h"

namespace cajal {

UnitNormalization::UnitNormalization(Options given) : options(std::move(given)) {
  set_class_name("UnitNormalization");
  supports_masking = true;
}

Var UnitNormalization::call(Var x) {
  const Var squares = sum(square(x), options.axis, true);
  return x * rsqrt(maximum(squares, 1e-12));
}

CAJAL_LAYER(unit_normalization, UnitNormalization)

}  // namespace cajal
