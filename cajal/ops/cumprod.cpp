#include "cajal/ops/internal/cumulative.h"

namespace cajal {
namespace {

struct Cumprod : Cumulative<Cumprod> {
  static constexpr std::string_view name = "cumprod", summary = "Running products along an axis.";
  static constexpr int neutral = 1;
  template <class T>
  static T combine(T a, T b) {
    return wrapped(a, b, std::multiplies<>());
  }
  Vars gradient(const Derivative& d) const { return {cumsum(d.dy() * d.y(), axis, !reverse) / d.x()}; }
  static std::vector<Sample> samples() { return cumulative_samples(0.5, 1.5); }
};

}  // namespace

CAJAL_OP(cumprod, Cumprod)

Var cumprod(const Var& x, int axis, bool reverse) {
  const CumulativeAttributes attributes{normal_axis(axis, x.rank()), reverse};
  return record(cumprod_op(), Attributes(attributes), {cast(x, sum_type(x.dtype()))});
}

}  // namespace cajal
