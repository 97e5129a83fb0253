#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct Relu6 : FloatUnary<Relu6> {
  static constexpr std::string_view name = "relu6", summary = "The larger of x and 0, at most 6.";
  template <class T>
  T apply(T x) const {
    return x < T(0) ? T(0) : (x > T(6) ? T(6) : x);
  }
  Vars gradient(const Derivative& d) const { return {where(d.y() > 0 && d.y() < 6, d.dy(), 0)}; }
  static std::vector<Sample> samples() {
    return joined(joined(samples_around<Relu6>(0), samples_around<Relu6>(6)), {edge_sample<Relu6>()});
  }
};

}  // namespace

CAJAL_OP(relu6, Relu6)

Var relu6(const Var& x) { return record_float_unary(relu6_op(), x); }

}  // namespace cajal
