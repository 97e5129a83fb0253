#include "cajal/nn/internal/norms.h"
#include "cajal/nn/part_table.h"
#include "cajal/nn/regularizers.h"

namespace cajal {

L2::L2(Options given) : options(given) { internal::expect_factor("L2", "l2", options.l2); }

Var L2::penalty(const Var& weight) const { return options.l2 * sum(square(weight)); }

CAJAL_PART(Regularizer, regularizer, l2, L2, "l2")

}  // namespace cajal
