// The network and the training that a link to TensorFlow Playground means.
#pragma once

#include "cajal/data/playground.h"
#include "cajal/nn/model.h"

namespace cajal {

/// Dense layers of the settings' shape and one output, compiled with their loss, penalty and optimizer.
///
/// As in the page: weights uniform in [-0.5, 0.5), biases 0.1 (`initZero`: all 0), the settings' activation in hidden
/// layers, tanh at the output (regression: none); loss (output - label)^2 / 2, plus regularizationRate times the
/// weights' sum of |w| (L1) or w^2 / 2 (L2); plain gradient descent. `metrics`: "mse", twice the loss that the page
/// shows.
/// Not as in the page: initial weights are other numbers of the same kind; where L1 drives a weight across 0 the page
/// takes it out of the network for good, and here it stays near 0.
Sequential playground_model(const PlaygroundSettings& settings);

/// How `fit` goes through the points as the page does: its batch size, always in the same order. A last batch that is
/// not full is learned from in the same epoch; the page begins the next one with it.
FitArguments playground_fit(const PlaygroundSettings& settings, int epochs);

/// The loss that the page shows: the mean of (output - label)^2 / 2, without the penalty.
double playground_loss(const Tensor& outputs, const Tensor& labels);

/// The share of outputs with the sign of their label.
double playground_accuracy(const Tensor& outputs, const Tensor& labels);

}  // namespace cajal
