#include "cajal/nn/layers/flatten.h"

#include "cajal/ops/shape.h"

namespace cajal {

Flatten::Flatten(Options given) : options(std::move(given)) { set_class_name("Flatten"); }

Var Flatten::call(Var x) {
  if (x.rank() == 0) fail("Flatten expects a batch and was given a scalar");
  return x.rank() == 1 ? expand_dims(x, 1) : flatten_from(x, 1);
}

CAJAL_LAYER(flatten, Flatten)

}  // namespace cajal
