#include "cajal/nn/optimizers.h"
#include "cajal/nn/part_table.h"
#include "cajal/ops/optimizer.h"

namespace cajal {

Adam::Adam(Options given) : Optimizer("adam", common_options(given)), options(std::move(given)) {}

Config Adam::config() const {
  Options now = options;
  now.learning_rate = current_learning_rate();
  return described("Adam", now);
}

std::vector<Optimizer::Slot> Adam::slots() const {
  std::vector<Slot> out = {{"momentum"}, {"velocity", 0, true}};
  if (options.amsgrad) out.push_back({"velocity_hat"});
  return out;
}

Optimizer::Updated Adam::update(const Group& group) const {
  return adam_update(group.values, group.gradients, all_slots(group), group.rate, group.step,
                     {options.beta_1, options.beta_2, options.epsilon, options.amsgrad, group.weight_decay});
}

CAJAL_PART(Optimizer, optimizer, adam, Adam, "adam")

}  // namespace cajal
