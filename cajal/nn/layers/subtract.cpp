#include "cajal/nn/layers/merge.h"
#include "cajal/ops/elementwise.h"

namespace cajal {

Var Subtract::merge(const Var& so_far, const Var& next) const { return so_far - next; }

Vars Subtract::call_all(const Vars& inputs) {
  if (inputs.size() != 2) fail("Subtract takes two values and was given " + std::to_string(inputs.size()));
  return Merge::call_all(inputs);
}

CAJAL_LAYER(subtract, Subtract)

}  // namespace cajal
