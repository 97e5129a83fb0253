#include "cajal/zoo/playground.h"

#include "cajal/base/random.h"
#include "cajal/nn/initializers.h"
#include "cajal/nn/layers/dense.h"
#include "cajal/nn/losses.h"
#include "cajal/nn/optimizers.h"
#include "cajal/nn/regularizers.h"

namespace cajal {
namespace {

Any<Regularizer> penalty(const PlaygroundSettings& settings) {
  if (settings.regularization == "L1") return L1(settings.regularization_rate);
  if (settings.regularization == "L2") return L2(settings.regularization_rate / 2);
  return {};
}

Dense layer(const PlaygroundSettings& settings, int64_t units, const std::string& activation, size_t index) {
  RandomUniform weights(-0.5, 0.5);
  weights.options.seed = int64_t(random::mix(settings.seed_number() + index) >> 1);
  Dense::Options options{.units = units, .activation = activation};
  options.kernel_initializer = settings.init_zero ? Any<Initializer>(Zeros()) : Any<Initializer>(weights);
  options.bias_initializer = Constant(settings.init_zero ? 0 : 0.1);
  options.kernel_regularizer = penalty(settings);
  return Dense(options);
}

// Pairs of numbers, read as double.
template <class Add>
double mean_over(const Tensor& outputs, const Tensor& labels, Add add) {
  const std::vector<double> a = outputs.values<double>(), b = labels.values<double>();
  if (a.size() != b.size() || a.empty())
    fail("outputs of shape " + outputs.shape().text() + " and labels of " + labels.shape().text() + " do not match");
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += add(a[i], b[i]);
  return sum / double(a.size());
}

}  // namespace

Sequential playground_model(const PlaygroundSettings& settings) {
  settings.check();
  Sequential model;
  for (size_t i = 0; i < settings.network_shape.size(); ++i)
    model.add(layer(settings, settings.network_shape[i], settings.activation, i));
  model.add(layer(settings, 1, settings.regression() ? "linear" : "tanh", settings.network_shape.size()));
  model.build_for({Shape({Dim::symbol("batch"), int64_t(settings.features().size())})});
  model.compile({.optimizer = SGD(settings.learning_rate),
                 .loss = MeanSquaredError(),
                 .loss_weights = {0.5},
                 .metrics = {"mse"}});
  return model;
}

FitArguments playground_fit(const PlaygroundSettings& settings, int epochs) {
  FitArguments arguments{.epochs = epochs, .batch_size = settings.batch_size};
  arguments.shuffle = false;
  return arguments;
}

double playground_loss(const Tensor& outputs, const Tensor& labels) {
  return mean_over(outputs, labels, [](double a, double b) { return 0.5 * (a - b) * (a - b); });
}

double playground_accuracy(const Tensor& outputs, const Tensor& labels) {
  return mean_over(outputs, labels, [](double a, double b) { return (a > 0) == (b > 0) ? 1. : 0.; });
}

}  // namespace cajal
