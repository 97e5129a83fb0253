#include "cajal/nn/layers/group_normalization.h"

#include "cajal/nn/internal/images.h"
#include "cajal/ops/normalization.h"
#include "cajal/ops/shape.h"

namespace cajal {

GroupNormalization::GroupNormalization(Options given) : options(std::move(given)) {
  set_class_name("GroupNormalization");
  supports_masking = true;
  if (options.groups < 1 && options.groups != -1)
    fail("GroupNormalization needs at least 1 group, or -1 for one each channel, and was given " +
         std::to_string(options.groups));
}

void GroupNormalization::build(const Shape& input) {
  const int axis = normal_axis(options.axis, input.rank());
  if (axis == 0 || input[axis].is_symbolic())
    fail(internal::title(*this) + " needs channels of a known number along axis " + std::to_string(options.axis) +
         " of " + input.text());
  const int64_t channels = input[axis].value();
  if (options.groups > 0) internal::expect_groups(internal::title(*this), options.groups, channels, "channels");
  if (options.scale)
    gamma = add_weight("gamma", {channels}, options.gamma_initializer,
                       {true, options.gamma_regularizer.shared(), options.gamma_constraint.shared(), floatx()});
  if (options.center)
    beta = add_weight("beta", {channels}, options.beta_initializer,
                      {true, options.beta_regularizer.shared(), options.beta_constraint.shared(), floatx()});
}

Var GroupNormalization::call(Var x) {
  const int axis = normal_axis(options.axis, x.rank());
  x = moveaxis(internal::as_float(x, floatx()), axis, -1);
  const Shape channels{x.dim(-1)};
  const Var scale = options.scale ? Var(gamma) : constant(Tensor::full(channels, 1, floatx()));
  const Var shift = options.center ? Var(beta) : constant(Tensor::full(channels, 0, floatx()));
  const int64_t groups = options.groups > 0 ? options.groups : channels[0].value();
  return moveaxis(group_norm(x, scale, shift, groups, options.epsilon), -1, axis);
}

CAJAL_LAYER(group_normalization, GroupNormalization)

}  // namespace cajal
