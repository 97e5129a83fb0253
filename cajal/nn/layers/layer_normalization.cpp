#include "cajal/nn/layers/layer_normalization.h"

#include "cajal/ops/elementwise.h"
#include "cajal/ops/normalization.h"

namespace cajal {

LayerNormalization::LayerNormalization(Options given) : options(std::move(given)) {
  set_class_name("LayerNormalization");
  supports_masking = true;
}

void LayerNormalization::build(const Shape& input) {
  Shape shape;
  for (int axis : normal_axes(options.axis, input.rank())) shape.push_back(input[axis]);
  if (options.scale)
    gamma = add_weight("gamma", shape, options.gamma_initializer,
                       {true, options.gamma_regularizer.shared(), options.gamma_constraint.shared(), floatx()});
  if (options.center)
    beta = add_weight("beta", shape, options.beta_initializer,
                      {true, options.beta_regularizer.shared(), options.beta_constraint.shared(), floatx()});
}

Var LayerNormalization::call(Var x) {
  Shape shape;
  const std::vector<int> axes = normal_axes(options.axis, x.rank());
  for (int axis : axes) shape.push_back(x.dim(axis));
  const Var scale = options.scale ? Var(gamma) : constant(Tensor::full(shape, 1, x.dtype()));
  const Var shift = options.center ? Var(beta) : constant(Tensor::full(shape, 0, x.dtype()));
  return layer_norm(x, scale, shift, options.epsilon, axes);
}

CAJAL_LAYER(layer_normalization, LayerNormalization)

}  // namespace cajal
