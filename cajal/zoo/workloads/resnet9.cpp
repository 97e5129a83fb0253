// Convolutions of 3 x 3 with batch normalization and shortcuts: what most networks for pictures are made of.
#include "cajal/nn/optimizers.h"
#include "cajal/zoo/workloads.h"

namespace cajal {

const Workload& resnet9_workload() {
  static const Workload entry{
      .name = "resnet9",
      .summary = "32 x 32 x 3, eight convolutions, two shortcuts; SGD with momentum",
      .batch = 128,
      .items = 128,
      .model =
          [] {
            return network_classifier("resnet9", {}, SGD({.learning_rate = 0.1, .momentum = 0.9, .nesterov = true}));
          },
      .data =
          [] {
            return random_batch(128, {32, 32, 3}, 10);
          },
  };
  return entry;
}

}  // namespace cajal
