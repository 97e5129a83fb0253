// Benchmark workloads: whole training steps, and inferences, that are measured the same way in every system.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cajal/nn/model.h"
#include "cajal/zoo/networks.h"

namespace cajal {

/// A step to be measured: a model and the batch that it is fed again and again.
struct Workload {
  std::string_view name;     ///< "mnist_mlp"
  std::string_view summary;  ///< one line
  int64_t batch = 1;         ///< samples in a step
  int64_t items = 1;         ///< what is counted in a step: samples, or tokens
  Model (*model)();          ///< with weights; compiled, where it is trained
  Batch (*data)();           ///< random, from a fixed seed; inference needs no labels
  bool training = true;      ///< false: a step is an inference
  int64_t width = 0;         ///< of its hidden layers, where they can be made wider or narrower
  Model (*model_of_width)(int64_t width) = nullptr;
};

/// All workloads, sorted by name.
const std::vector<const Workload*>& all_workloads();

/// The workload with that name; throws Error with the nearest one.
const Workload& workload(std::string_view name);

/// Random inputs in [0, 1) and random labels below `classes`, from a fixed seed.
Batch random_batch(int64_t samples, const Shape& sample, int64_t classes);

/// A network of the zoo with sparse cross-entropy from logits and that optimizer, compiled for its own pictures.
Model network_classifier(std::string_view name, NetworkOptions options, const AnyOptimizer& optimizer);

/// Dense layers with relu between them, sparse cross-entropy, Adam: compiled for inputs of `sizes[0]`.
Model dense_classifier(const std::vector<int64_t>& sizes);

}  // namespace cajal
