// A small convolutional network in small batches: what lies between the kernels counts.
#include "cajal/nn/optimizers.h"
#include "cajal/zoo/workloads.h"

namespace cajal {

const Workload& cifar_cnn_workload() {
  static const Workload entry{
      .name = "cifar_cnn",
      .summary = "32 x 32 x 3, three convolutions, dense 64; Adam",
      .batch = 32,
      .items = 32,
      .model = [] { return network_classifier("cifar_cnn", {}, Adam({.learning_rate = 1e-3})); },
      .data =
          [] {
            return random_batch(32, {32, 32, 3}, 10);
          },
  };
  return entry;
}

}  // namespace cajal
