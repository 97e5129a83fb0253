#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct Arctan2 : FloatBinary<Arctan2> {
  static constexpr std::string_view name = "arctan2", summary = "The angle of the point (x, y).";
  template <class T>
  T apply(T y, T x) const {
    return std::atan2(y, x);
  }
  Vars gradient(const Derivative& d) const {
    const Var &y = d.x(0), &x = d.x(1);
    const Var scale = d.dy() / (square(x) + square(y));
    return {d.needed[0] ? x * scale : Var(), d.needed[1] ? -(y * scale) : Var()};
  }
  static std::vector<Sample> samples() {
    return joined(binary_samples(0.4, 2), joined(binary_samples(-2, -0.3), {edge_pairs()}));
  }
};

}  // namespace

CAJAL_OP(arctan2, Arctan2)

Var arctan2(const Var& y, const Var& x) { return record_float_binary(arctan2_op(), y, x); }

}  // namespace cajal
