#include "cajal/zoo/internal/cifar10_recipe.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "cajal/eager/operators.h"
#include "cajal/eager/ops.h"
#include "cajal/nn/callbacks.h"
#include "cajal/nn/initializers.h"
#include "cajal/nn/layers.h"
#include "cajal/nn/losses.h"
#include "cajal/nn/optimizers.h"
#include "cajal/nn/regularizers.h"

namespace cajal::internal {
namespace {

constexpr double decay = 0.00133;  // of a weight in a step, times the rate; of a normalization's bias a 64th of it
constexpr double bias_rate = 64;   // biases of normalizations learn so many times faster

// Mean and deviation of each colour in the training pictures, as shares of white.
Tensor colour_mean() { return Tensor::of({0.4914f, 0.4822f, 0.4465f}); }
Tensor colour_deviation() { return Tensor::of({0.2470f, 0.2435f, 0.2616f}); }
constexpr double mean_byte = 121;  // of all colours: what is covered says nothing

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

VarianceScaling drawn() { return VarianceScaling({.scale = 1. / 3, .mode = "fan_in", .distribution = "uniform"}); }

Var convolution(const Var& x, int64_t filters) {
  return Conv2D({.filters = filters,
                 .kernel_size = 3,
                 .padding = "same",
                 .use_bias = false,
                 .kernel_initializer = Dirac({.rest = drawn()}),
                 .kernel_regularizer = L2(decay / 2)})(x);
}

Var normalized(const Cifar10Choices& choices, const Var& x) {
  return BatchNormalization({.momentum = choices.norm_momentum,
                             .epsilon = 1e-12,
                             .scale = false,
                             .beta_regularizer = L2(decay / 2 / bias_rate)})(x);
}

Var block(const Cifar10Choices& choices, const Var& x, int64_t filters) {
  const Var first = Activation("gelu")(normalized(choices, MaxPooling2D(2)(convolution(x, filters))));
  const Var second = Activation("gelu")(normalized(choices, convolution(first, filters)));
  if (!choices.residual) return second;
  return Activation("gelu")(normalized(choices, convolution(second, filters)) + first);
}

std::vector<Variable> biases_of_normalizations(const Model& model) {
  std::vector<Variable> out;
  for (const auto& layer : model.layers())
    for (const LayerState::Weight& weight : layer->weights)
      if (weight.name == "beta") out.push_back(weight.variable);
  return out;
}

// The bias of the whitening learns for some epochs and then stays, so that nothing has to flow back to it.
constexpr int whitening_epochs = 3;
class FreezeWhitening : public Callback {
 public:
  void on_epoch_begin(int epoch) override {
    if (epoch != whitening_epochs) return;
    *model()->get_layer("whiten")->trainable = false;
    model()->compile(model()->compile_arguments());
  }
};

Model model_of(const Cifar10Choices& choices, const std::string& name, const Dataset& train, int64_t steps) {
  const Input picture({32, 32, 3});
  Var x = Rescaling(1. / 255)(picture);
  x = whitened(Normalization({.mean = colour_mean(), .variance = square(colour_deviation())})(x), train);
  for (int64_t width : choices.widths) x = block(choices, x, width);
  x = Flatten()(MaxPooling2D(3)(x));
  x = Dense({.units = 10, .use_bias = false, .kernel_initializer = drawn(), .kernel_regularizer = L2(decay / 2)})(x);
  Model model(Vars{picture}, Rescaling(1. / 9)(x), name);
  const double total = double(steps);
  const double rate = choices.rate;
  SGD sgd({.learning_rate =
               PiecewiseLinear({0, choices.warm_up * total, total}, {0.2 * rate, rate, choices.last_rate * rate}),
           .momentum = 0.85,
           .nesterov = true});
  sgd.set_learning_rate_multiplier(biases_of_normalizations(model), bias_rate);
  model.compile(
      {.optimizer = sgd, .loss = SparseCategoricalCrossentropy({.from_logits = true, .label_smoothing = 0.2})});
  return model;
}

Dataset samples_of(const Cifar10Choices& choices, const Dataset& train, uint64_t seed) {
  std::vector<Augmentation> changes{random_crop({.padding = choices.translation, .fill_mode = "reflect"})};
  if (choices.cutout > 0) changes.push_back(cutout({.size = choices.cutout, .fill_value = mean_byte, .inside = true}));
  return alternating_flip(augment(train, changes, seed), seed);
}

// The bias of the first convolution learns for some epochs; the weights are pulled back now and then. The slow weights
// hold on more and more: a share of 1 - 0.95^5 x^3 is given up at the part x of the way.
std::vector<AnyCallback> callbacks_of(int64_t steps) {
  std::vector<double> at, share;
  for (int i = 0; i <= 10; ++i) {
    at.push_back(double(steps) * i / 10);
    share.push_back(1 - std::pow(0.95, 5) * std::pow(i / 10., 3));
  }
  return {Lookahead({.sync_period = 5, .slow_step_size = PiecewiseLinear(at, share)}), FreezeWhitening()};
}

// Both directions, as it is and moved by a place.
std::vector<TestView> views() {
  return {{{}, 2},
          {{fixed_flip()}, 2},
          {{fixed_translation(1, 1)}},
          {{fixed_translation(-1, -1)}},
          {{fixed_translation(1, 1), fixed_flip()}},
          {{fixed_translation(-1, -1), fixed_flip()}}};
}

}  // namespace

Recipe cifar10_recipe(Recipe recipe, const Cifar10Choices& choices) {
  std::string model_name(recipe.name);
  std::replace(model_name.begin(), model_name.end(), '-', '_');
  recipe.batch = 1024;
  recipe.model = [=](const Dataset& train, int64_t steps) { return model_of(choices, model_name, train, steps); };
  recipe.prepared = [=](const Dataset& train, uint64_t seed) { return samples_of(choices, train, seed); };
  recipe.callbacks = callbacks_of;
  recipe.views = views();
  return recipe;
}

}  // namespace cajal::internal
