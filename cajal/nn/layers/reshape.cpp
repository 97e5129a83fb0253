#include "cajal/nn/layers/reshape.h"

#include "cajal/ops/shape.h"

namespace cajal {

Reshape::Reshape(Options given) : options(std::move(given)) { set_class_name("Reshape"); }

Var Reshape::call(Var x) {
  Shape target = options.target_shape;
  target.insert(0, x.dim(0));
  return cajal::reshape(x, target);
}

CAJAL_LAYER(reshape, Reshape)

}  // namespace cajal
