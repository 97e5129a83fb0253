#include "cajal/nn/optimizers.h"
#include "cajal/nn/part_table.h"
#include "cajal/ops/optimizer.h"

namespace cajal {

Adagrad::Adagrad(Options given) : Optimizer("adagrad", common_options(given)), options(std::move(given)) {}

Config Adagrad::config() const {
  Options now = options;
  now.learning_rate = current_learning_rate();
  return described("Adagrad", now);
}

std::vector<Optimizer::Slot> Adagrad::slots() const { return {{"accumulator", options.initial_accumulator_value}}; }

Optimizer::Updated Adagrad::update(const Group& group) const {
  return adagrad_update(group.values, group.gradients, all_slots(group), group.rate,
                        {options.epsilon, group.weight_decay});
}

CAJAL_PART(Optimizer, optimizer, adagrad, Adagrad, "adagrad")

}  // namespace cajal
