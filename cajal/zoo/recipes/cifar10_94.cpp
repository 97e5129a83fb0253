// CIFAR-10 to 94 %: 11.25 epochs of six convolutions.
#include "cajal/zoo/internal/cifar10_recipe.h"

namespace cajal {

const Recipe& cifar10_94_recipe() {
  static const Recipe entry = internal::cifar10_recipe(
      {.name = "cifar10-94",
       .summary = "94 % of CIFAR-10's test pictures: whitening, six convolutions, SGD with Nesterov, 11.25 epochs",
       .dataset = "cifar10",
       .target = 0.94,
       .epochs = 11.25},
      {.widths = {64, 256, 256},
       .rate = 1.5,
       .warm_up = 0.23,
       .last_rate = 0.07,
       .norm_momentum = 0.6,
       .translation = 2});
  return entry;
}

}  // namespace cajal
