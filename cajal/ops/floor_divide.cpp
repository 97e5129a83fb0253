#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct FloorDivide : Binary<FloorDivide> {
  static constexpr std::string_view name = "floor_divide", summary = "The largest integer that is not above a / b.";
  template <class T>
  T apply(T a, T b) const {
    if constexpr (std::is_integral_v<T>) {
      if (b == T(0)) return T(0);
      if (std::is_signed_v<T> && b == T(-1)) return wrapped(T(0), a, std::minus<>());  // the smallest integer wraps
      const T quotient = T(a / b), rest = T(a % b);
      return rest != T(0) && (rest < T(0)) != (b < T(0)) ? T(quotient - 1) : quotient;
    } else {
      return of_floats(a, b);
    }
  }
  // As NumPy: by way of the remainder, which is exact, so that a rounded quotient never jumps to the next integer.
  template <class T>
  static T of_floats(T a, T b) {
    if (b == 0) return a / b;
    T rest = std::fmod(a, b);
    if (rest != 0 && (rest < 0) != (b < 0)) rest += b;
    const T quotient = (a - rest) / b;
    if (quotient == 0) return std::copysign(T(0), a / b);
    const T whole = std::floor(quotient);
    return quotient - whole > T(0.5) ? whole + 1 : whole;
  }
  static std::vector<Sample> samples() {
    const auto floats = without_gradients(joined(binary_samples(0.4, 2), binary_samples(-9, -0.3)));
    return joined(floats, {edge_pairs(), integer_pairs(), integer_pairs(DType::int8), integer_pairs(DType::uint8)});
  }
};

}  // namespace

CAJAL_OP(floor_divide, FloorDivide)

Var floor_divide(const Var& a, const Var& b) { return record_binary(floor_divide_op(), a, b); }

}  // namespace cajal
