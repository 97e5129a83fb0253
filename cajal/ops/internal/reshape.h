// The ways in which faces use the op `reshape`.
#pragma once

#include "cajal/graph/op.h"
#include "cajal/ops/shape_attributes.h"

namespace cajal {

Var record_reshape(const Var& x, ReshapeAttributes attributes);

}  // namespace cajal
