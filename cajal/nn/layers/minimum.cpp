#include "cajal/nn/layers/merge.h"
#include "cajal/ops/elementwise.h"

namespace cajal {

Var Minimum::merge(const Var& so_far, const Var& next) const { return cajal::minimum(so_far, next); }

CAJAL_LAYER(minimum, Minimum)

}  // namespace cajal
