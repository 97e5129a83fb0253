#include "cajal/nn/internal/norms.h"
#include "cajal/nn/part_table.h"
#include "cajal/nn/regularizers.h"

namespace cajal {

L1L2::L1L2(Options given) : options(given) {
  internal::expect_factor("L1L2", "l1", options.l1);
  internal::expect_factor("L1L2", "l2", options.l2);
}

Var L1L2::penalty(const Var& weight) const {
  if (options.l2 == 0) return options.l1 * sum(abs(weight));
  if (options.l1 == 0) return options.l2 * sum(square(weight));
  return options.l1 * sum(abs(weight)) + options.l2 * sum(square(weight));
}

CAJAL_PART(Regularizer, regularizer, l1_l2, L1L2, "l1_l2", "l1l2")

}  // namespace cajal
