// The usual first convolutional network for handwritten digits.
#include "cajal/nn/optimizers.h"
#include "cajal/zoo/workloads.h"

namespace cajal {

const Workload& mnist_cnn_workload() {
  static const Workload entry{
      .name = "mnist_cnn",
      .summary = "28 x 28 x 1, two convolutions, dense 128, dropout; Adam",
      .batch = 128,
      .items = 128,
      .model = [] { return network_classifier("mnist_cnn", {}, Adam({.learning_rate = 1e-3})); },
      .data =
          [] {
            return random_batch(128, {28, 28, 1}, 10);
          },
  };
  return entry;
}

}  // namespace cajal
