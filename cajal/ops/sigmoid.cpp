#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct Sigmoid : FloatUnary<Sigmoid> {
  static constexpr std::string_view name = "sigmoid", summary = "1 / (1 + exp(-x)): from 0 to 1.";
  template <class T>
  T apply(T x) const {
    if (x >= 0) return T(1) / (T(1) + std::exp(-x));
    const T e = std::exp(x);  // below 0 the other form neither overflows nor loses digits
    return e / (T(1) + e);
  }
  Vars gradient(const Derivative& d) const { return {d.dy() * (d.y() * (1 - d.y()))}; }
  static std::vector<Sample> samples() { return joined(unary_samples<Sigmoid>(), {edge_sample<Sigmoid>()}); }
};

}  // namespace

CAJAL_OP(sigmoid, Sigmoid)

Var sigmoid(const Var& x) { return record_float_unary(sigmoid_op(), x); }

}  // namespace cajal
