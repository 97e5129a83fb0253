// CIFAR-10 to 96 %: 37 epochs of nine wider convolutions with shortcuts, and squares of the pictures covered.
#include "cajal/zoo/internal/cifar10_recipe.h"

namespace cajal {
namespace {

using namespace internal;

const Cifar10Recipe& choices_96() {
  static const Cifar10Recipe choices{.name = "cifar10_96",
                                     .widths = {128, 384, 512},
                                     .residual = true,
                                     .rate = 1.174,
                                     .decay = 0.00133,
                                     .warm_up = 0.1,
                                     .last_rate = 0,
                                     .norm_momentum = 0.9,
                                     .translation = 4,
                                     .cutout = 12};
  return choices;
}

}  // namespace

const Recipe& cifar10_96_recipe() {
  static const Recipe entry{
      .name = "cifar10-96",
      .summary = "96 % of CIFAR-10's test pictures: whitening, nine convolutions with shortcuts, cutout, 37 epochs",
      .dataset = "cifar10",
      .target = 0.96,
      .epochs = 37,
      .batch = 1024,
      .model = [](const Dataset& train, int64_t steps) { return cifar10_model(choices_96(), train, steps); },
      .prepared = [](const Dataset& train, uint64_t seed) { return cifar10_samples(choices_96(), train, seed); },
      .callbacks = cifar10_callbacks,
      .views = cifar10_views(),
  };
  return entry;
}

}  // namespace cajal
