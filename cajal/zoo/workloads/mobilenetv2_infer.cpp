// One picture at a time through a network for phones: how soon an answer is there.
#include "cajal/zoo/workloads.h"

namespace cajal {

const Workload& mobilenetv2_infer_workload() {
  static const Workload entry{
      .name = "mobilenetv2_infer",
      .summary = "MobileNetV2, 224 x 224 x 3, 1000 classes; inference",
      .batch = 1,
      .items = 1,
      .model =
          [] {
            set_random_seed(1);
            return network("mobilenet_v2");
          },
      .data =
          [] {
            Batch batch = random_batch(1, {224, 224, 3}, 1000);
            batch.y.clear();
            return batch;
          },
      .training = false,
  };
  return entry;
}

}  // namespace cajal
