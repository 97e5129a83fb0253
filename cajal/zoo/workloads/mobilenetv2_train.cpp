// Depthwise convolutions and many small layers, all of them trained.
#include "cajal/nn/optimizers.h"
#include "cajal/zoo/workloads.h"

namespace cajal {

const Workload& mobilenetv2_train_workload() {
  static const Workload entry{
      .name = "mobilenetv2_train",
      .summary = "MobileNetV2, 160 x 160 x 3, 2 classes; Adam",
      .batch = 16,
      .items = 16,
      .model =
          [] {
            return network_classifier("mobilenet_v2", {.input_shape = {160, 160, 3}, .classes = 2},
                                      Adam({.learning_rate = 1e-4}));
          },
      .data =
          [] {
            return random_batch(16, {160, 160, 3}, 2);
          },
  };
  return entry;
}

}  // namespace cajal
