// Several values made one type.
#pragma once

#include "cajal/graph/op.h"

namespace cajal {

/// All in the type that they make together, as Keras promotes; plain C++ numbers give way.
Vars promoted(const Vars& inputs);

/// The value in that type; a plain C++ number is made in it at once, so that no node is spent on its cast.
Var in_type(const Var& x, DType type);

}  // namespace cajal
