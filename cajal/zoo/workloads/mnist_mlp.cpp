// The usual first network for handwritten digits: three matrix products forward and five backward.
#include "cajal/zoo/workloads.h"

namespace cajal {

const Workload& mnist_mlp_workload() {
  static const Workload entry{
      .name = "mnist_mlp",
      .summary = "784 - 512 relu - 512 relu - 10, Adam",
      .batch = 128,
      .items = 128,
      .model =
          [] {
            return dense_classifier({784, 512, 512, 10});
          },
      .data = [] { return random_batch(128, {784}, 10); },
      .width = 512,
      .model_of_width =
          [](int64_t width) {
            return dense_classifier({784, width, width, 10});
          },
  };
  return entry;
}

}  // namespace cajal
