#include "cajal/ops/internal/cumulative.h"

namespace cajal {
namespace {

struct Cumsum : Cumulative<Cumsum> {
  static constexpr std::string_view name = "cumsum", summary = "Running sums along an axis.";
  static constexpr int neutral = 0;
  template <class T>
  static T combine(T a, T b) {
    return wrapped(a, b, std::plus<>());
  }
  Vars gradient(const Derivative& d) const { return {cumsum(d.dy(), axis, !reverse)}; }
  static std::vector<Sample> samples() { return cumulative_samples(-2, 2); }
};

}  // namespace

CAJAL_OP(cumsum, Cumsum)

Var cumsum(const Var& x, int axis, bool reverse) {
  const CumulativeAttributes attributes{normal_axis(axis, x.rank()), reverse};
  return record(cumsum_op(), Attributes(attributes), {cast(x, sum_type(x.dtype()))});
}

}  // namespace cajal
