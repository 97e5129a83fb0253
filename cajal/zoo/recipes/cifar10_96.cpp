// CIFAR-10 to 96 %: 37 epochs of nine wider convolutions with shortcuts, and squares of the pictures covered.
#include "cajal/zoo/internal/cifar10_recipe.h"

namespace cajal {

const Recipe& cifar10_96_recipe() {
  static const Recipe entry = internal::cifar10_recipe(
      {.name = "cifar10-96",
       .summary = "96 % of CIFAR-10's test pictures: whitening, nine convolutions with shortcuts, cutout, 37 epochs",
       .dataset = "cifar10",
       .target = 0.96,
       .epochs = 37},
      {.widths = {128, 384, 512},
       .residual = true,
       .rate = 1.174,
       .warm_up = 0.1,
       .last_rate = 0,
       .norm_momentum = 0.9,
       .translation = 4,
       .cutout = 12});
  return entry;
}

}  // namespace cajal
