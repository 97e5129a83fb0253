// What the schedules share: each formula is written once, for numbers and for Vars.
#pragma once

#include <algorithm>
#include <cmath>
#include <string>

#include "cajal/nn/schedule.h"
#include "cajal/ops/elementwise.h"

namespace cajal::internal {

// The functions of the formulas, on numbers under the names that they have on Vars.
inline double power(double a, double b) { return std::pow(a, b); }
inline double minimum(double a, double b) { return std::min(a, b); }
inline double where(bool condition, double a, double b) { return condition ? a : b; }
inline Var where(const Var& condition, const Var& a, const Var& b) { return cajal::where(condition, a, b); }
inline Var power(const Var& a, const Var& b) { return cajal::power(a, b); }
inline Var minimum(const Var& a, const Var& b) { return cajal::minimum(a, b); }
using cajal::ceil;
using cajal::cos;
using cajal::floor;
using cajal::log;
using std::ceil;
using std::cos;
using std::floor;
using std::log;

inline void expect_steps(const char* owner, const char* option, double value) {
  if (!(value > 0))
    fail(std::string(owner) + " needs " + option + " above 0 and was given " + std::to_string(value),
         "the number of steps, not of epochs, in which the rate changes");
}

}  // namespace cajal::internal
