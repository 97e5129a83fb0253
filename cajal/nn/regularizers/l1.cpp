#include "cajal/nn/internal/norms.h"
#include "cajal/nn/part_table.h"
#include "cajal/nn/regularizers.h"

namespace cajal {

L1::L1(Options given) : options(given) { internal::expect_factor("L1", "l1", options.l1); }

Var L1::penalty(const Var& weight) const { return options.l1 * sum(abs(weight)); }

CAJAL_PART(Regularizer, regularizer, l1, L1, "l1")

}  // namespace cajal
