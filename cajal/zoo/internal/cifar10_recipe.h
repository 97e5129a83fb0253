// What the recipes for CIFAR-10 share: a small network whose first convolution is computed, not learned.
// Source: K. Jordan, "94% on CIFAR-10 in 3.29 seconds on a single GPU", 2024 (airbench94 and airbench96).
#pragma once

#include <cstdint>
#include <vector>

#include "cajal/zoo/recipes.h"

namespace cajal::internal {

/// In what the trainings differ.
struct Cifar10Choices {
  std::vector<int64_t> widths;  ///< of the three blocks
  bool residual = false;        ///< a block has a third convolution, over the last two of which a shortcut leads
  double rate = 0;              ///< the highest learning rate, for the mean loss of a batch of 1024
  double warm_up = 0;           ///< the share of the steps after which the rate is highest
  double last_rate = 0;         ///< the share of the rate with which it ends
  double norm_momentum = 0;     ///< of normalizations
  int64_t translation = 0;      ///< pictures are moved by at most so many places
  int64_t cutout = 0;           ///< the side of the square that is covered; 0: none
};

/// `recipe`, which says what it is called and aims at, with all else.
Recipe cifar10_recipe(Recipe recipe, const Cifar10Choices& choices);

}  // namespace cajal::internal
