#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct Maximum : Binary<Maximum> {
  static constexpr std::string_view name = "maximum", summary = "The larger of a and b.";
  template <class T>
  T apply(T a, T b) const {
    if constexpr (std::is_floating_point_v<T>)
      if (a != a || b != b) return a + b;  // NaN
    return a >= b ? a : b;
  }
  Vars gradient(const Derivative& d) const {
    const Var first = d.x(0) >= d.x(1);
    return {d.needed[0] ? where(first, d.dy(), 0) : Var(), d.needed[1] ? where(first, 0, d.dy()) : Var()};
  }
  static std::vector<Sample> samples() { return joined(binary_samples(), {edge_pairs(), integer_pairs()}); }
};

}  // namespace

CAJAL_OP(maximum, Maximum)

Var maximum(const Var& a, const Var& b) { return record_binary(maximum_op(), a, b); }

}  // namespace cajal
