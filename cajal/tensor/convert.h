// One element from one type to another: the rule that Tensor::cast, the cast op and every reader share.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "cajal/tensor/dtype.h"

namespace cajal {

namespace internal {

template <class T>
inline constexpr bool is_half = std::is_same_v<T, bfloat16> || std::is_same_v<T, float16>;

/// The float beside `value` whose last bit says that something was lost: rounding it once more, to fewer bits, gives
/// what rounding `value` directly would have given.
inline float round_to_odd(double value) {
  const float near = float(value);
  if (double(near) == value || !std::isfinite(near)) return near;
  const uint32_t bits = std::bit_cast<uint32_t>(near);
  if (bits & 1) return near;
  const bool grow = std::abs(double(near)) < std::abs(value);
  return std::bit_cast<float>(grow ? bits + 1 : bits - 1);
}

/// Towards zero, and to the nearest value there is where it does not fit.
template <class To, class From>
constexpr To saturate(From value) {
  using Limits = std::numeric_limits<To>;
  if (!(value == value)) return To(0);
  if (value <= From(Limits::min())) return Limits::min();
  if (value >= From(Limits::max())) return Limits::max();
  return To(value);
}

}  // namespace internal

/// The value in another type.
///
/// Float to integer: cut towards zero, what is too large becomes the largest, NaN becomes 0. Integer to smaller
/// integer: the low bits, as in C++ and NumPy. To bool: whether it is not zero. To a smaller float: nearest, ties to
/// even.
template <class To, class From>
constexpr To convert(From value) {
  if constexpr (std::is_same_v<To, From>) return value;
  else if constexpr (internal::is_half<From>) return convert<To>(float(value));
  else if constexpr (std::is_same_v<To, bool>) return value != From(0);
  else if constexpr (internal::is_half<To> && std::is_same_v<From, float>) return To(value);
  else if constexpr (internal::is_half<To>) return To(internal::round_to_odd(double(value)));
  else if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>) return internal::saturate<To>(value);
  else return static_cast<To>(value);
}

}  // namespace cajal
