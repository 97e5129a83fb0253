#include "cajal/nn/layers/merge.h"
#include "cajal/ops/elementwise.h"

namespace cajal {

Var Maximum::merge(const Var& so_far, const Var& next) const { return cajal::maximum(so_far, next); }

CAJAL_LAYER(maximum, Maximum)

}  // namespace cajal
