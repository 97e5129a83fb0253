#include "cajal/nn/constraints.h"
#include "cajal/nn/internal/norms.h"
#include "cajal/nn/part_table.h"

namespace cajal {

Var NonNeg::project(const Var& weight) const { return maximum(weight, 0.0); }

CAJAL_PART(Constraint, constraint, non_neg, NonNeg, "non_neg")

}  // namespace cajal
