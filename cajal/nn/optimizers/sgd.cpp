#include "cajal/nn/optimizers.h"
#include "cajal/nn/part_table.h"
#include "cajal/ops/optimizer.h"

namespace cajal {

SGD::SGD(Options given) : Optimizer("sgd", common_options(given)), options(std::move(given)) {}

Config SGD::config() const {
  Options now = options;
  now.learning_rate = current_learning_rate();
  return described("SGD", now);
}

std::vector<Optimizer::Slot> SGD::slots() const {
  if (options.momentum == 0) return {};
  return {{"momentum"}};
}

Optimizer::Updated SGD::update(const Group& group) const {
  return sgd_update(group.values, group.gradients, all_slots(group), group.rate,
                    {options.momentum, options.nesterov, group.weight_decay});
}

CAJAL_PART(Optimizer, optimizer, sgd, SGD, "sgd")

}  // namespace cajal
