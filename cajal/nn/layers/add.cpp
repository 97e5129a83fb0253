#include <algorithm>

#include "cajal/nn/layers/merge.h"
#include "cajal/ops/elementwise.h"
#include "cajal/ops/shape.h"

namespace cajal {

Vars Merge::call_all(const Vars& inputs) {
  if (inputs.size() < 2)
    fail("'" + name() + "' joins two values or more and was given " + std::to_string(inputs.size()),
         class_name() + "()({x, y})");
  int rank = 0;
  for (const Var& input : inputs) rank = std::max(rank, input.rank());
  Var out;
  for (Var input : inputs) {
    while (input.rank() > 0 && input.rank() < rank) input = expand_dims(input, 1);  // behind the batch, as Keras does
    out = out.defined() ? merge(out, input) : input;
  }
  return {out};
}

// A step counts where it counts in every input that has a mask.
Var Merge::compute_mask(const Vars& inputs, const Var&) const {
  Var out;
  for (const Var& input : inputs)
    if (input.mask().defined()) out = out.defined() ? logical_and(out, input.mask()) : input.mask();
  return out;
}

Var Add::merge(const Var& so_far, const Var& next) const { return so_far + next; }

CAJAL_LAYER(add, Add)

}  // namespace cajal
