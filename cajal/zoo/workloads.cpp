#include "cajal/zoo/workloads.h"

#include "cajal/base/random.h"
#include "cajal/base/text.h"
#include "cajal/nn/layers/dense.h"
#include "cajal/nn/losses.h"
#include "cajal/nn/optimizers.h"

namespace cajal {

#define CAJAL_LISTED(stem) const Workload& stem##_workload();
#include "cajal/listing/workloads.inc"
#undef CAJAL_LISTED

const std::vector<const Workload*>& all_workloads() {
  static const std::vector<const Workload*> all{
#define CAJAL_LISTED(stem) &stem##_workload(),
#include "cajal/listing/workloads.inc"
#undef CAJAL_LISTED
  };
  return all;
}

const Workload& workload(std::string_view name) {
  std::vector<std::string> names;
  for (const Workload* entry : all_workloads()) {
    if (entry->name == name) return *entry;
    names.emplace_back(entry->name);
  }
  throw Error(Code::not_found, "there is no workload called '" + std::string(name) + "'", {}, choices(name, names));
}

Batch random_batch(int64_t samples, const Shape& sample, int64_t classes) {
  random::Stream stream(1);
  std::vector<Dim> dims{samples};
  for (int axis = 0; axis < sample.rank(); ++axis) dims.push_back(sample[axis]);
  Batch batch{{Tensor(Shape(dims))}, {Tensor({samples}, DType::int32)}, {}};
  for (float& value : std::span(batch.x[0].data<float>(), size_t(batch.x[0].size()))) value = float(stream.uniform());
  for (int32_t& label : std::span(batch.y[0].data<int32_t>(), size_t(samples))) label = int32_t(stream.below(classes));
  return batch;
}

Model network_classifier(std::string_view name, NetworkOptions options, const AnyOptimizer& optimizer) {
  set_random_seed(1);
  options.classifier_activation = "linear";
  Model model = network(name, options);
  model.compile({.optimizer = optimizer, .loss = SparseCategoricalCrossentropy({.from_logits = true})});
  return model;
}

Model dense_classifier(const std::vector<int64_t>& sizes) {
  set_random_seed(1);
  Sequential model;
  for (size_t i = 1; i + 1 < sizes.size(); ++i) model.add(Dense(sizes[i], "relu"));
  model.add(Dense(sizes.back()));
  model.build_for({Shape({Dim::symbol("batch"), sizes.front()})});
  model.compile(
      {.optimizer = Adam({.learning_rate = 1e-3}), .loss = SparseCategoricalCrossentropy({.from_logits = true})});
  return model;
}

}  // namespace cajal
