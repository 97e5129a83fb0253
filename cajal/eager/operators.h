// Operators on Tensors, element by element: `2 - x`, `x * y > 0.5`. A plain number takes the type of the tensor.
//
// `==` and `!=` compare elements too, and give a tensor; `identical(a, b)` asks whether two tensors are the same.
#pragma once

#include "cajal/eager/ops.h"

namespace cajal {

template <class A, class B>
requires eager::Operands<A, B> Tensor operator+(const A& a, const B& b) { return add(a, b); }
template <class A, class B>
requires eager::Operands<A, B> Tensor operator-(const A& a, const B& b) { return subtract(a, b); }
template <class A, class B>
requires eager::Operands<A, B> Tensor operator*(const A& a, const B& b) { return multiply(a, b); }
template <class A, class B>
requires eager::Operands<A, B> Tensor operator/(const A& a, const B& b) { return divide(a, b); }
template <class A, class B>
requires eager::Operands<A, B> Tensor operator%(const A& a, const B& b) { return mod(a, b); }
template <class A, class B>
requires eager::Operands<A, B> Tensor operator<(const A& a, const B& b) { return less(a, b); }
template <class A, class B>
requires eager::Operands<A, B> Tensor operator<=(const A& a, const B& b) { return less_equal(a, b); }
template <class A, class B>
requires eager::Operands<A, B> Tensor operator>(const A& a, const B& b) { return greater(a, b); }
template <class A, class B>
requires eager::Operands<A, B> Tensor operator>=(const A& a, const B& b) { return greater_equal(a, b); }
template <class A, class B>
requires eager::Operands<A, B> Tensor operator==(const A& a, const B& b) { return equal(a, b); }
template <class A, class B>
requires eager::Operands<A, B> Tensor operator!=(const A& a, const B& b) { return not_equal(a, b); }
template <class A, class B>
requires eager::Operands<A, B> Tensor operator&&(const A& a, const B& b) { return logical_and(a, b); }
template <class A, class B>
requires eager::Operands<A, B> Tensor operator||(const A& a, const B& b) { return logical_or(a, b); }

inline Tensor operator-(const Tensor& x) { return negative(x); }
inline Tensor operator!(const Tensor& x) { return logical_not(x); }

// The result is a new tensor: views of the old one keep its values.
template <eager::Operand B>
Tensor& operator+=(Tensor& a, const B& b) {
  return a = add(a, b);
}
template <eager::Operand B>
Tensor& operator-=(Tensor& a, const B& b) {
  return a = subtract(a, b);
}
template <eager::Operand B>
Tensor& operator*=(Tensor& a, const B& b) {
  return a = multiply(a, b);
}
template <eager::Operand B>
Tensor& operator/=(Tensor& a, const B& b) {
  return a = divide(a, b);
}

}  // namespace cajal
