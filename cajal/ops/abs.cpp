#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct Abs : Unary<Abs> {
  static constexpr std::string_view name = "abs", summary = "The distance from 0.";
  template <class T>
  T apply(T x) const {
    if constexpr (std::is_integral_v<T>) return x < T(0) ? wrapped(T(0), x, std::minus<>()) : x;
    else return std::abs(x);
  }
  Vars gradient(const Derivative& d) const { return {d.dy() * sign(d.x())}; }
  static std::vector<Sample> samples() {
    return joined(samples_around<Abs>(0), {edge_sample<Abs>(), integer_sample()});
  }
};

}  // namespace

CAJAL_OP(abs, Abs)

Var abs(const Var& x) { return record_unary(abs_op(), x); }

}  // namespace cajal
