// Cutting an axis into parts, known or not in their size.
#pragma once

#include "cajal/graph/op.h"
#include "cajal/ops/shape_attributes.h"

namespace cajal {

Vars record_split(const Var& x, SplitAttributes attributes);

}  // namespace cajal
