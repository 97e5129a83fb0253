#include "cajal/nn/constraints.h"
#include "cajal/nn/internal/norms.h"
#include "cajal/nn/part_table.h"

namespace cajal {

Var UnitNorm::project(const Var& weight) const {
  return weight / (internal::epsilon + internal::lengths(weight, options.axis));
}

CAJAL_PART(Constraint, constraint, unit_norm, UnitNorm, "unit_norm")

}  // namespace cajal
