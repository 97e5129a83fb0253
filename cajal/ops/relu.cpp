#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct Relu : FloatUnary<Relu> {
  static constexpr std::string_view name = "relu", summary = "The larger of x and 0.";
  template <class T>
  T apply(T x) const {
    return x < T(0) ? T(0) : x;
  }
  Vars gradient(const Derivative& d) const { return {where(greater(d.y(), 0), d.dy(), 0)}; }
  static std::vector<Sample> samples() { return joined(samples_around<Relu>(0), {edge_sample<Relu>()}); }
};

}  // namespace

CAJAL_OP(relu, Relu)

Var relu(const Var& x) { return record_float_unary(relu_op(), x); }

}  // namespace cajal
