// What the recipes for CIFAR-10 share: a small network whose first convolution is computed, not learned.
// Source: K. Jordan, "94% on CIFAR-10 in 3.29 seconds on a single GPU", 2024 (airbench94 and airbench96).
#pragma once

#include <string>
#include <vector>

#include "cajal/zoo/recipes.h"

namespace cajal::internal {

/// In what the recipes differ.
struct Cifar10Recipe {
  std::string name;             ///< of the model
  std::vector<int64_t> widths;  ///< of the three blocks
  bool residual = false;        ///< a block has a third convolution, over the last two of which a shortcut leads
  double rate = 0;              ///< the highest learning rate, for the mean loss of a batch of 1024
  double decay = 0;             ///< of a weight in a step, times the rate; of a normalization's bias a 64th of it
  double warm_up = 0;           ///< the share of the steps after which the rate is highest
  double last_rate = 0;         ///< the share of the rate with which it ends
  double norm_momentum = 0;     ///< of normalizations
  int64_t translation = 0;      ///< pictures are moved by at most so many places
  int64_t cutout = 0;           ///< the side of the square that is covered; 0: none
};

Model cifar10_model(const Cifar10Recipe& recipe, const Dataset& train, int64_t steps);
Dataset cifar10_samples(const Cifar10Recipe& recipe, const Dataset& train, uint64_t seed);
/// The bias of the first convolution learns for some epochs; the weights are pulled back now and then.
std::vector<AnyCallback> cifar10_callbacks(int64_t steps);
/// Both directions, as it is and moved by a place.
std::vector<TestView> cifar10_views();

}  // namespace cajal::internal
