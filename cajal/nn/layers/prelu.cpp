#include "cajal/nn/layers/prelu.h"

#include "cajal/ops/activation.h"

namespace cajal {

PReLU::PReLU(Options given) : options(std::move(given)) {
  set_class_name("PReLU");
  supports_masking = true;
}

void PReLU::build(const Shape& input) {
  if (input.rank() < 2) fail("PReLU expects [batch, ...] and was given " + input.text());
  Shape shape = input.slice(1, input.rank());
  for (int axis : options.shared_axes) {
    if (normal_axis(axis, input.rank()) == 0) fail("PReLU '" + name() + "' cannot share along the batch, axis 0");
    shape[normal_axis(axis, input.rank()) - 1] = 1;
  }
  for (const Dim& dim : shape)
    if (dim.is_symbolic())
      fail("PReLU '" + name() + "' needs a known size along each axis that is not shared and was given " + input.text(),
           "PReLU({.shared_axes = {1}})");
  alpha = add_weight("alpha", shape, options.alpha_initializer,
                     {true, options.alpha_regularizer.shared(), options.alpha_constraint.shared(), floatx()});
}

Var PReLU::call(Var x) { return relu(x) - alpha * relu(-x); }

CAJAL_LAYER(prelu, PReLU)

}  // namespace cajal
