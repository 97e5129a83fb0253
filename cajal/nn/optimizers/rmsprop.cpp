#include <algorithm>

#include "cajal/nn/optimizers.h"
#include "cajal/nn/part_table.h"
#include "cajal/ops/optimizer.h"

namespace cajal {

RMSprop::RMSprop(Options given) : Optimizer("rmsprop", common_options(given)), options(std::move(given)) {}

Config RMSprop::config() const {
  Options now = options;
  now.learning_rate = current_learning_rate();
  return described("RMSprop", now);
}

std::vector<Optimizer::Slot> RMSprop::slots() const {
  std::vector<Slot> out = {{"velocity"}};
  if (options.momentum > 0) out.push_back({"momentum"});
  if (options.centered) out.push_back({"average_gradient"});
  return out;
}

Optimizer::Updated RMSprop::update(const Group& group) const {
  const size_t n = group.values.size();
  Group ordered = group;  // the op has the mean gradients in front of the momentums, Keras behind them
  const bool both = options.centered && options.momentum > 0;
  if (both) std::swap(ordered.slots[1], ordered.slots[2]);
  Vars out = rmsprop_update(group.values, group.gradients, all_slots(ordered), group.rate,
                            {options.rho, options.momentum, options.epsilon, options.centered, group.weight_decay});
  if (both)
    std::swap_ranges(out.begin() + std::ptrdiff_t(2 * n), out.begin() + std::ptrdiff_t(3 * n),
                     out.begin() + std::ptrdiff_t(3 * n));
  return out;
}

CAJAL_PART(Optimizer, optimizer, rmsprop, RMSprop, "rmsprop")

}  // namespace cajal
