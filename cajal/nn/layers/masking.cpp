#include "cajal/nn/layers/masking.h"

#include "cajal/ops/elementwise.h"
#include "cajal/ops/reduction.h"
#include "cajal/ops/shape.h"

namespace cajal {

Masking::Masking(Options given) : options(std::move(given)) { set_class_name("Masking"); }

Var Masking::call(Var x) {
  const Var present = any(not_equal(x, options.mask_value), {-1});
  return (x * cast(expand_dims(present, -1), x.dtype())).with_mask(present);
}

CAJAL_LAYER(masking, Masking)

}  // namespace cajal
