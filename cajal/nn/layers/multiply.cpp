#include "cajal/nn/layers/merge.h"
#include "cajal/ops/elementwise.h"

namespace cajal {

Var Multiply::merge(const Var& so_far, const Var& next) const { return so_far * next; }

CAJAL_LAYER(multiply, Multiply)

}  // namespace cajal
