#include "cajal/nn/constraints.h"
#include "cajal/nn/internal/norms.h"
#include "cajal/nn/part_table.h"

namespace cajal {

Var MinMaxNorm::project(const Var& weight) const {
  const Var length = internal::lengths(weight, options.axis);
  const Var wanted = clip(length, options.min_value, options.max_value);
  return internal::rescaled(weight, length, options.rate * wanted + (1 - options.rate) * length);
}

CAJAL_PART(Constraint, constraint, min_max_norm, MinMaxNorm, "min_max_norm")

}  // namespace cajal
