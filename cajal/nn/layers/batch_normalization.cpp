#include "cajal/nn/layers/batch_normalization.h"

#include "cajal/graph/needs.h"
#include "cajal/ops/elementwise.h"
#include "cajal/ops/normalization.h"

namespace cajal {

BatchNormalization::BatchNormalization(Options given) : options(std::move(given)) {
  set_class_name("BatchNormalization");
  supports_masking = true;
}

void BatchNormalization::build(const Shape& input) {
  const Dim features = input[options.axis];
  if (features.is_symbolic())
    fail("BatchNormalization needs a known size along axis " + std::to_string(options.axis) + " of " + input.text());
  const Shape shape{features};
  if (options.scale)
    gamma = add_weight("gamma", shape, options.gamma_initializer,
                       {true, options.gamma_regularizer.shared(), options.gamma_constraint.shared(), floatx()});
  if (options.center)
    beta = add_weight("beta", shape, options.beta_initializer,
                      {true, options.beta_regularizer.shared(), options.beta_constraint.shared(), floatx()});
  const WeightOptions statistics{false, nullptr, nullptr, floatx()};
  moving_mean = add_weight("moving_mean", shape, options.moving_mean_initializer, statistics);
  moving_variance = add_weight("moving_variance", shape, options.moving_variance_initializer, statistics);
}

// What the moving value becomes: itself unless training.
Var BatchNormalization::follow(const Variable& moving, const Var& batch) const {
  const Var now = moving;
  const Var next = now * options.momentum + stop_gradient(batch) * (1 - options.momentum);
  return moving.assign(where(training(), next, now));
}

Var BatchNormalization::call(Var x) {
  const int axis = normal_axis(options.axis, x.rank());
  std::vector<int> axes;
  for (int i = 0; i < x.rank(); ++i)
    if (i != axis) axes.push_back(i);
  const Var scale = options.scale ? Var(gamma) : ones_like(moving_mean);
  const Var shift = options.center ? Var(beta) : zeros_like(moving_mean);
  const Var still = batch_norm_inference(x, scale, shift, moving_mean, moving_variance, options.epsilon, axes);
  const Vars batch = batch_norm_training(x, scale, shift, options.epsilon, axes);
  follow(moving_mean, batch[1]);
  follow(moving_variance, batch[2]);
  return where(training(), batch[0], still);
}

CAJAL_LAYER(batch_normalization, BatchNormalization)

}  // namespace cajal
