// The few ops that the graph floor itself calls. They are ops like all others and stand in ops/, one floor up; only
// their names are known here.
#pragma once

#include "cajal/graph/var.h"

namespace cajal {

Var add(const Var& a, const Var& b);
Var subtract(const Var& a, const Var& b);
/// Sums over the axes along which `x` is larger than `shape`: undoes a broadcast.
Var sum_to(const Var& x, const Shape& shape);
Var cast(const Var& x, DType type);
Var zeros_like(const Var& x);
/// A one for each element.
Var ones_like(const Var& x);

}  // namespace cajal
