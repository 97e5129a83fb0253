// A network as small as those that people learn with: here a step is all overhead.
#include "cajal/zoo/workloads.h"

namespace cajal {

const Workload& iris_mlp_workload() {
  static const Workload entry{
      .name = "iris_mlp",
      .summary = "4 - 16 relu - 16 relu - 3, Adam",
      .batch = 32,
      .items = 32,
      .model =
          [] {
            return dense_classifier({4, 16, 16, 3});
          },
      .data = [] { return random_batch(32, {4}, 3); },
      .width = 16,
      .model_of_width =
          [](int64_t width) {
            return dense_classifier({4, width, width, 3});
          },
  };
  return entry;
}

}  // namespace cajal
