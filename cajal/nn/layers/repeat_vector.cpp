#include "cajal/nn/layers/repeat_vector.h"

#include "cajal/ops/shape.h"

namespace cajal {

RepeatVector::RepeatVector(Options given) : options(std::move(given)) {
  set_class_name("RepeatVector");
  if (options.n < 1) fail("RepeatVector needs n >= 1 and was given " + std::to_string(options.n));
}

Var RepeatVector::call(Var x) {
  if (x.rank() != 2) fail("RepeatVector expects [batch, features] and was given " + x.shape().text());
  return broadcast_to(expand_dims(x, 1), {x.dim(0), options.n, x.dim(1)});
}

CAJAL_LAYER(repeat_vector, RepeatVector)

}  // namespace cajal
