#include "cajal/nn/optimizers.h"
#include "cajal/nn/part_table.h"
#include "cajal/ops/optimizer.h"

namespace cajal {

AdamW::AdamW(Options given) : Optimizer("adamw", common_options(given)), options(std::move(given)) {}

Config AdamW::config() const {
  Options now = options;
  now.learning_rate = current_learning_rate();
  return described("AdamW", now);
}

std::vector<Optimizer::Slot> AdamW::slots() const {
  std::vector<Slot> out = {{"momentum"}, {"velocity", 0, true}};
  if (options.amsgrad) out.push_back({"velocity_hat"});
  return out;
}

Optimizer::Updated AdamW::update(const Group& group) const {
  return adam_update(group.values, group.gradients, all_slots(group), group.rate, group.step,
                     {options.beta_1, options.beta_2, options.epsilon, options.amsgrad, group.weight_decay});
}

CAJAL_PART(Optimizer, optimizer, adamw, AdamW, "adamw")

}  // namespace cajal
