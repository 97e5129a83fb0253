// Lengths of vectors, as Keras takes them.
#pragma once

#include <cmath>
#include <string>

#include "cajal/base/error.h"
#include "cajal/ops/elementwise.h"
#include "cajal/ops/reduction.h"

namespace cajal::internal {

/// What Keras adds where a division by 0 threatens, and how near to 0 and 1 it lets probabilities come.
inline constexpr double epsilon = 1e-7;

/// The lengths of the vectors along an axis, which stays.
inline Var lengths(const Var& x, int axis) { return sqrt(sum(square(x), {axis}, true)); }

/// The vectors along an axis with the length 1; those of length 0 stay.
inline Var normalized(const Var& x, int axis) { return x * minimum(rsqrt(sum(square(x), {axis}, true)), 1 / epsilon); }

/// `weight`, its vectors scaled from one length to another.
inline Var rescaled(const Var& weight, const Var& from, const Var& to) { return weight * (to / (epsilon + from)); }

/// Errors: a factor that is negative or not finite.
inline void expect_factor(const char* owner, const char* option, double value) {
  if (!(value >= 0) || std::isinf(value))
    fail(std::string(owner) + " needs a finite " + option + " of 0 or more and was given " + std::to_string(value));
}

}  // namespace cajal::internal
