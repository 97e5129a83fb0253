// CIFAR-10 to 94 %: 11.25 epochs of six convolutions.
#include "cajal/zoo/internal/cifar10_recipe.h"

namespace cajal {
namespace {

using namespace internal;

const Cifar10Recipe& choices_94() {
  static const Cifar10Recipe choices{.name = "cifar10_94",
                                     .widths = {64, 256, 256},
                                     .rate = 1.5,
                                     .decay = 0.00133,
                                     .warm_up = 0.23,
                                     .last_rate = 0.07,
                                     .norm_momentum = 0.6,
                                     .translation = 2};
  return choices;
}

}  // namespace

const Recipe& cifar10_94_recipe() {
  static const Recipe entry{
      .name = "cifar10-94",
      .summary = "94 % of CIFAR-10's test pictures: whitening, six convolutions, SGD with Nesterov, 11.25 epochs",
      .dataset = "cifar10",
      .target = 0.94,
      .epochs = 11.25,
      .batch = 1024,
      .model = [](const Dataset& train, int64_t steps) { return cifar10_model(choices_94(), train, steps); },
      .prepared = [](const Dataset& train, uint64_t seed) { return cifar10_samples(choices_94(), train, seed); },
      .callbacks = cifar10_callbacks,
      .views = cifar10_views(),
  };
  return entry;
}

}  // namespace cajal
