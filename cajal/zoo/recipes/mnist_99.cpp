// MNIST to 99 % in a part of a pass over the data: three small convolutions, the learning rate once up and down.
#include "cajal/nn/layers.h"
#include "cajal/nn/losses.h"
#include "cajal/nn/optimizers.h"
#include "cajal/zoo/recipes.h"

namespace cajal {
namespace {

Var digit_convolution(const Var& x, int64_t filters, int64_t kernel_size, int64_t strides) {
  return Conv2D({.filters = filters,
                 .kernel_size = kernel_size,
                 .strides = strides,
                 .use_bias = false,
                 .kernel_initializer = "he_normal"})(x);
}

Var digit_activation(const Var& x) {
  return Activation("relu")(BatchNormalization({.momentum = 0.8, .epsilon = 1e-5})(x));
}

Model mnist_99_model(const Dataset&, int64_t steps) {
  const double mean = 0.1307, deviation = 0.3081;  // of the ink in the training pictures
  const Input picture({28, 28});
  Var x = Reshape({28, 28, 1})(picture);
  x = Rescaling({.scale = 1 / (255 * deviation), .offset = -mean / deviation})(x);
  x = digit_activation(digit_convolution(x, 16, 5, 2));
  // The maximum first: the rest has a quarter to do then.
  x = digit_activation(MaxPooling2D(2)(digit_convolution(x, 32, 3, 1)));
  x = digit_activation(digit_convolution(x, 64, 3, 1));
  Model model(Vars{picture}, Dense(10)(Flatten()(x)), "mnist_99");
  const double total = double(steps), peak = 0.03;
  const PiecewiseLinear rate({0, total / 4, total}, {peak / 5, peak, peak / 100});
  model.compile({.optimizer = Adam({.learning_rate = rate}),
                 .loss = SparseCategoricalCrossentropy({.from_logits = true, .label_smoothing = 0.1})});
  return model;
}

}  // namespace

const Recipe& mnist_99_recipe() {
  static const Recipe entry{
      .name = "mnist-99",
      .summary = "99 % of MNIST's test digits: three convolutions, Adam, half an epoch",
      .dataset = "mnist",
      .target = 0.99,
      .epochs = 0.5,
      .batch = 80,
      .model = mnist_99_model,
      .views = {{}, {{fixed_translation(1, 0)}}, {{fixed_translation(-1, 0)}}},
  };
  return entry;
}

}  // namespace cajal
