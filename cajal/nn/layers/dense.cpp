#include "cajal/nn/layers/dense.h"

#include "cajal/ops/elementwise.h"
#include "cajal/ops/linear_algebra.h"

namespace cajal {

Dense::Dense(Options given) : options(std::move(given)) {
  set_class_name("Dense");
  supports_masking = true;
  if (options.units < 1)
    fail("Dense needs at least 1 unit and was given " + std::to_string(options.units), "Dense(64, \"relu\")");
}

void Dense::build(const Shape& input) {
  if (input.rank() < 2)
    fail("Dense expects [batch, ..., features] and was given " + input.text(),
         "put Flatten() before it, or expand_dims");
  kernel = add_weight("kernel", {input.back(), options.units}, options.kernel_initializer,
                      {true, options.kernel_regularizer.shared(), options.kernel_constraint.shared(), floatx()});
  if (options.use_bias)
    bias = add_weight("bias", {options.units}, options.bias_initializer,
                      {true, options.bias_regularizer.shared(), options.bias_constraint.shared(), floatx()});
}

Var Dense::call(Var x) {
  const Dim wanted = kernel.shape()[0];
  if (x.rank() < 2 || !(x.dim(-1) == wanted))
    fail("Dense '" + name() + "' expects " + wanted.text() + " values per sample and was given " +
             (x.rank() < 2 ? x.shape().text() : x.dim(-1).text()) + ": the layer was built for " +
             state()->input_shapes.at(0).text() + " at its first call",
         "give this input a Dense layer of its own, or resize it");
  Var y = matmul(is_float(x.dtype()) ? x : cast(x, kernel.dtype()), kernel);
  if (options.use_bias) y = y + bias;
  y = options.activation(y);
  if (options.activity_regularizer) add_loss(options.activity_regularizer->penalty(y) / batch_count(y));
  return y;
}

CAJAL_LAYER(dense, Dense)

}  // namespace cajal
