#include "cajal/nn/layers/merge.h"
#include "cajal/ops/elementwise.h"

namespace cajal {

Var Average::merge(const Var& so_far, const Var& next) const { return so_far + next; }

Vars Average::call_all(const Vars& inputs) { return {Merge::call_all(inputs)[0] / double(inputs.size())}; }

CAJAL_LAYER(average, Average)

}  // namespace cajal
