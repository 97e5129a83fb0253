// CIFAR-10 to 94 %: 10.5 epochs of a small network whose first convolution is computed, not learned.
// Source: K. Jordan, "94% on CIFAR-10 in 3.29 seconds on a single GPU", 2024 (airbench94).
#include <cmath>

#include "cajal/eager/operators.h"
#include "cajal/eager/ops.h"
#include "cajal/nn/callbacks.h"
#include "cajal/nn/initializers.h"
#include "cajal/nn/layers.h"
#include "cajal/nn/losses.h"
#include "cajal/nn/optimizers.h"
#include "cajal/nn/regularizers.h"
#include "cajal/zoo/recipes.h"

namespace cajal {
namespace {

constexpr double cifar_rate = 1.5;      // the learning rate, for the mean loss of a batch of 1024
constexpr double cifar_bias_rate = 64;  // biases of normalizations learn so many times faster
constexpr double cifar_decay =
    0.00133;  // of a weight, times the rate, in a step; of those biases a share by cifar_bias_rate

// Mean and deviation of each colour in the training pictures, as shares of white.
Tensor colour_mean() { return Tensor::of({0.4914f, 0.4822f, 0.4465f}); }
Tensor colour_deviation() { return Tensor::of({0.2470f, 0.2435f, 0.2616f}); }

Tensor first_pictures(const Dataset& train) {
  const Dataset some = train.take(5000);
  Batch batch;
  some.batch(some.size()).begin_epoch(0).next(batch);
  return (batch.x[0].cast(DType::float32) / 255.f - colour_mean()) / colour_deviation();
}

// The kernel stays as it is; what is added to it is learned.
Var whitened(const Var& x, const Dataset& train) {
  Conv2D conv({.filters = 24,
               .kernel_size = 2,
               .kernel_initializer = Whitening({.covariance = patch_covariance(first_pictures(train), 2)})});
  conv.set_name("whiten");
  const Var y = conv(x);
  conv.kernel.set_trainable(false);
  return Activation("gelu")(y);
}

Var cifar_convolution(const Var& x, int64_t filters) {
  const VarianceScaling drawn({.scale = 1. / 3, .mode = "fan_in", .distribution = "uniform"});
  return Conv2D({.filters = filters,
                 .kernel_size = 3,
                 .padding = "same",
                 .use_bias = false,
                 .kernel_initializer = Dirac({.rest = drawn}),
                 .kernel_regularizer = L2(cifar_decay / 2)})(x);
}

Var cifar_normalized(const Var& x) {
  const Var y = BatchNormalization(
      {.momentum = 0.6, .epsilon = 1e-12, .scale = false, .beta_regularizer = L2(cifar_decay / 2 / cifar_bias_rate)})(
      x);
  return Activation("gelu")(y);
}

Var cifar_block(const Var& x, int64_t filters) {
  const Var y = cifar_normalized(MaxPooling2D(2)(cifar_convolution(x, filters)));
  return cifar_normalized(cifar_convolution(y, filters));
}

std::vector<Variable> biases_of_normalizations(const Model& model) {
  std::vector<Variable> out;
  for (const auto& layer : model.layers())
    for (const LayerState::Weight& weight : layer->weights)
      if (weight.name == "beta") out.push_back(weight.variable);
  return out;
}

Model cifar10_94_model(const Dataset& train, int64_t steps) {
  const Input picture({32, 32, 3});
  Var x = Rescaling(1. / 255)(picture);
  x = Normalization({.mean = colour_mean(), .variance = square(colour_deviation())})(x);
  x = cifar_block(cifar_block(cifar_block(whitened(x, train), 64), 256), 256);
  x = Flatten()(MaxPooling2D(3)(x));
  const VarianceScaling drawn({.scale = 1. / 3, .mode = "fan_in", .distribution = "uniform"});
  x = Dense({.units = 10, .use_bias = false, .kernel_initializer = drawn, .kernel_regularizer = L2(cifar_decay / 2)})(
      x);
  Model model(Vars{picture}, Rescaling(1. / 9)(x), "cifar10_94");
  const double total = double(steps);
  SGD sgd(
      {.learning_rate = PiecewiseLinear({0, 0.23 * total, total}, {0.2 * cifar_rate, cifar_rate, 0.07 * cifar_rate}),
       .momentum = 0.85,
       .nesterov = true});
  sgd.set_learning_rate_multiplier(biases_of_normalizations(model), cifar_bias_rate);
  model.compile(
      {.optimizer = sgd, .loss = SparseCategoricalCrossentropy({.from_logits = true, .label_smoothing = 0.2})});
  return model;
}

Dataset cifar10_94_samples(const Dataset& train, uint64_t seed) {
  const Dataset moved = augment(train, {random_crop({.padding = 2, .fill_mode = "reflect"})}, seed);
  return alternating_flip(moved, seed);
}

// The bias of the whitening learns for some epochs and then stays, so that nothing has to flow back to it.
constexpr int cifar_whitening_epochs = 3;
class FreezeWhitening : public Callback {
 public:
  void on_epoch_begin(int epoch) override {
    if (epoch != cifar_whitening_epochs) return;
    *model()->get_layer("whiten")->trainable = false;
    model()->compile(model()->compile_arguments());
  }
};

// The slow weights hold on more and more: a share of 1 - 0.95^5 x^3 is given up at the part x of the way.
std::vector<AnyCallback> cifar10_94_callbacks(int64_t steps) {
  std::vector<double> at, share;
  for (int i = 0; i <= 10; ++i) {
    at.push_back(double(steps) * i / 10);
    share.push_back(1 - std::pow(0.95, 5) * std::pow(i / 10., 3));
  }
  return {Lookahead({.sync_period = 5, .slow_step_size = PiecewiseLinear(at, share)}), FreezeWhitening()};
}

}  // namespace

const Recipe& cifar10_94_recipe() {
  static const Recipe entry{
      .name = "cifar10-94",
      .summary = "94 % of CIFAR-10's test pictures: whitening, six convolutions, SGD with Nesterov, 10.5 epochs",
      .dataset = "cifar10",
      .target = 0.94,
      .epochs = 10.5,
      .batch = 1024,
      .model = cifar10_94_model,
      .prepared = cifar10_94_samples,
      .callbacks = cifar10_94_callbacks,
      .views = {{{}, 2},
                {{fixed_flip()}, 2},
                {{fixed_translation(1, 1)}},
                {{fixed_translation(-1, -1)}},
                {{fixed_translation(1, 1), fixed_flip()}},
                {{fixed_translation(-1, -1), fixed_flip()}}},
  };
  return entry;
}

}  // namespace cajal
