// Element-wise ops: each element by itself, inputs broadcast to one another as NumPy does.
//
// Types: two inputs are first made one type as Keras promotes them; a plain C++ number takes the type of the other.
// Functions that have values in the floats only (exp, divide, ...) take integers and bools as float32.
// Integers wrap round where a result does not fit. Every op here can be fused with its neighbours into one pass over
// memory. Activation functions stand in activation.h.
// One declaration a line: the versions for Tensors (cajal/eager/ops.h) are written from these lines.
#pragma once

#include "cajal/graph/needs.h"
#include "cajal/graph/var.h"

namespace cajal {

// ------------------------------------------------------------------------------------------------ arithmetic

/// a + b, element by element.
///
/// Gradient: (dy, dy).
Var add(const Var& a, const Var& b);

/// a - b, element by element.
///
/// Gradient: (dy, -dy).
Var subtract(const Var& a, const Var& b);

/// a b, element by element.
///
/// Gradient: (dy b, dy a).
Var multiply(const Var& a, const Var& b);

/// a / b, element by element; the quotient is a float also of integers.
///
/// Gradient: (dy / b, -dy y / b).
Var divide(const Var& a, const Var& b);

/// The largest integer that is not above a / b.
///
/// Integers: an integer divided by 0 gives 0, as NumPy's do. Gradient: none, the function is made of steps.
Var floor_divide(const Var& a, const Var& b);

/// What is left of a after b was taken away floor(a / b) times; has the sign of b.
///
/// Integers: the remainder by 0 is 0. Gradient: (dy, -dy floor(a / b)).
Var mod(const Var& a, const Var& b);

/// a to the power of b.
///
/// A negative base has a power where b is a whole number, NaN otherwise. Integers: a negative exponent gives what is
/// left of 1 / a^|b| when the fraction is cut off: 0 but for a = 1 and -1. Gradient: (dy b a^(b-1), dy y log(a)); the
/// second one is 0 where a <= 0.
Var power(const Var& a, const Var& b);

/// The larger of a and b; NaN where one is NaN.
///
/// Gradient: dy to the larger one, to a where they are equal.
Var maximum(const Var& a, const Var& b);

/// The smaller of a and b; NaN where one is NaN.
///
/// Gradient: dy to the smaller one, to a where they are equal.
Var minimum(const Var& a, const Var& b);

/// x with the other sign. Gradient: -dy.
Var negative(const Var& x);

/// The distance from 0. Gradient: dy sign(x), 0 at 0.
Var abs(const Var& x);

/// -1, 0 or 1; NaN of NaN. Gradient: none.
Var sign(const Var& x);

/// x x. Gradient: 2 dy x.
Var square(const Var& x);

/// The number whose square is x; NaN below 0. Gradient: dy / (2 y).
Var sqrt(const Var& x);

/// 1 / sqrt(x). Gradient: -dy y^3 / 2.
Var rsqrt(const Var& x);

/// 1 / x. Gradient: -dy y^2.
Var reciprocal(const Var& x);

/// x where it lies between the bounds, else the nearer bound; NaN stays NaN.
///
/// Types: x's; of integers the bounds are cut towards zero. Errors: low > high. Gradient: dy where low <= x <= high.
Var clip(const Var& x, double low, double high);

/// The values in another type.
///
/// Float to integer: cut towards zero, too large becomes the largest, NaN becomes 0. To bool: whether not zero.
/// Gradient: dy in x's type, between floats.
Var cast(const Var& x, DType type);

// ------------------------------------------------------------------------------------------------ functions

/// e to the power of x. Gradient: dy y.
Var exp(const Var& x);

/// exp(x) - 1, exact also near 0. Gradient: dy (y + 1).
Var expm1(const Var& x);

/// The natural logarithm; -inf of 0, NaN below. Gradient: dy / x.
Var log(const Var& x);

/// log(1 + x), exact also near 0. Gradient: dy / (1 + x).
Var log1p(const Var& x);

/// The logarithm to base 2. Gradient: dy / (x ln 2).
Var log2(const Var& x);

/// The logarithm to base 10. Gradient: dy / (x ln 10).
Var log10(const Var& x);

/// log(exp(a) + exp(b)) without overflow. Gradient: (dy sigmoid(a - b), dy sigmoid(b - a)).
Var logaddexp(const Var& a, const Var& b);

/// Sine; x in radians. Gradient: dy cos(x).
Var sin(const Var& x);

/// Cosine; x in radians. Gradient: -dy sin(x).
Var cos(const Var& x);

/// Tangent; x in radians. Gradient: dy (1 + y^2).
Var tan(const Var& x);

/// The angle in [-pi/2, pi/2] whose sine is x. Gradient: dy / sqrt(1 - x^2).
Var arcsin(const Var& x);

/// The angle in [0, pi] whose cosine is x. Gradient: -dy / sqrt(1 - x^2).
Var arccos(const Var& x);

/// The angle in (-pi/2, pi/2) whose tangent is x. Gradient: dy / (1 + x^2).
Var arctan(const Var& x);

/// The angle in (-pi, pi] of the point (x, y). Gradient: (dy x / (x^2 + y^2), -dy y / (x^2 + y^2)).
Var arctan2(const Var& y, const Var& x);

/// Hyperbolic sine. Gradient: dy cosh(x).
Var sinh(const Var& x);

/// Hyperbolic cosine. Gradient: dy sinh(x).
Var cosh(const Var& x);

/// Hyperbolic tangent: from -1 to 1. Gradient: dy (1 - y^2).
Var tanh(const Var& x);

/// The number whose hyperbolic sine is x. Gradient: dy / sqrt(x^2 + 1).
Var arcsinh(const Var& x);

/// The number whose hyperbolic cosine is x; NaN below 1. Gradient: dy / sqrt(x^2 - 1).
Var arccosh(const Var& x);

/// The number whose hyperbolic tangent is x. Gradient: dy / (1 - x^2).
Var arctanh(const Var& x);

/// The error function.
///
/// Formula: 2 / sqrt(pi) times the integral of exp(-t^2) from 0 to x. Gradient: dy 2 / sqrt(pi) exp(-x^2).
Var erf(const Var& x);

/// The largest whole number not above x. Gradient: none.
Var floor(const Var& x);

/// The smallest whole number not below x. Gradient: none.
Var ceil(const Var& x);

/// The nearest whole number, the even one of two equally near. Gradient: none.
Var round(const Var& x);

/// The whole number next to x on the side of 0. Gradient: none.
Var trunc(const Var& x);

// ------------------------------------------------------------------------------------------------ conditions

/// Whether a and b are equal; NaN equals nothing.
Var equal(const Var& a, const Var& b);

/// Whether a and b differ.
Var not_equal(const Var& a, const Var& b);

/// Whether a is less than b.
Var less(const Var& a, const Var& b);

/// Whether a is less than b or equal.
Var less_equal(const Var& a, const Var& b);

/// Whether a is greater than b.
Var greater(const Var& a, const Var& b);

/// Whether a is greater than b or equal.
Var greater_equal(const Var& a, const Var& b);

/// Whether both are true; numbers are true where they are not 0.
Var logical_and(const Var& a, const Var& b);

/// Whether at least one is true.
Var logical_or(const Var& a, const Var& b);

/// Whether exactly one is true.
Var logical_xor(const Var& a, const Var& b);

/// Whether x is false.
Var logical_not(const Var& x);

/// Whether x is not a number.
Var isnan(const Var& x);

/// Whether x is a number, and not infinite.
Var isfinite(const Var& x);

/// Whether x is infinite.
Var isinf(const Var& x);

/// a where the condition is true, b elsewhere.
///
/// Types: the condition is bool or a number (true where not 0). Gradient: (none, dy where true, dy where false).
Var where(const Var& condition, const Var& a, const Var& b);

// ------------------------------------------------------------------------------------------------ operators

// There is no ==: whether two Vars are the same value is asked by that; `equal` compares elements.
inline Var operator+(const Var& a, const Var& b) { return add(a, b); }
inline Var operator-(const Var& a, const Var& b) { return subtract(a, b); }
inline Var operator*(const Var& a, const Var& b) { return multiply(a, b); }
inline Var operator/(const Var& a, const Var& b) { return divide(a, b); }
inline Var operator%(const Var& a, const Var& b) { return mod(a, b); }
inline Var operator-(const Var& x) { return negative(x); }
inline Var operator<(const Var& a, const Var& b) { return less(a, b); }
inline Var operator<=(const Var& a, const Var& b) { return less_equal(a, b); }
inline Var operator>(const Var& a, const Var& b) { return greater(a, b); }
inline Var operator>=(const Var& a, const Var& b) { return greater_equal(a, b); }
inline Var operator&&(const Var& a, const Var& b) { return logical_and(a, b); }
inline Var operator||(const Var& a, const Var& b) { return logical_or(a, b); }
inline Var operator!(const Var& x) { return logical_not(x); }
inline Var& operator+=(Var& a, const Var& b) { return a = add(a, b); }
inline Var& operator-=(Var& a, const Var& b) { return a = subtract(a, b); }
inline Var& operator*=(Var& a, const Var& b) { return a = multiply(a, b); }
inline Var& operator/=(Var& a, const Var& b) { return a = divide(a, b); }

}  // namespace cajal
