#include "cajal/nn/optimizers.h"
#include "cajal/nn/part_table.h"
#include "cajal/ops/optimizer.h"

namespace cajal {

Adadelta::Adadelta(Options given) : Optimizer("adadelta", common_options(given)), options(std::move(given)) {}

Config Adadelta::config() const {
  Options now = options;
  now.learning_rate = current_learning_rate();
  return described("Adadelta", now);
}

std::vector<Optimizer::Slot> Adadelta::slots() const {
  return {{"accumulated_grad"}, {"accumulated_delta_var", 0, true}};
}

Optimizer::Updated Adadelta::update(const Group& group) const {
  return adadelta_update(group.values, group.gradients, all_slots(group), group.rate,
                         {options.rho, options.epsilon, group.weight_decay});
}

CAJAL_PART(Optimizer, optimizer, adadelta, Adadelta, "adadelta")

}  // namespace cajal
