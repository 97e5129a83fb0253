#include "cajal/nn/constraints.h"
#include "cajal/nn/internal/norms.h"
#include "cajal/nn/part_table.h"

namespace cajal {

Var MaxNorm::project(const Var& weight) const {
  const Var length = internal::lengths(weight, options.axis);
  return internal::rescaled(weight, length, clip(length, 0, options.max_value));
}

CAJAL_PART(Constraint, constraint, max_norm, MaxNorm, "max_norm")

}  // namespace cajal
