// The order of elements: NaN last.
#pragma once

#include <type_traits>

#include "cajal/tensor/dtype.h"

namespace cajal {

template <class T>
bool comes_before(T a, T b) {
  if constexpr (std::is_integral_v<T>) return a < b;
  else return a < b || (b != b && a == a);
}

}  // namespace cajal
