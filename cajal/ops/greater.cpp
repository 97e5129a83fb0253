#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct Greater : Comparison<Greater> {
  static constexpr std::string_view name = "greater", summary = "Whether a is greater than b.";
  template <class T>
  bool apply(T a, T b) const {
    return a > b;
  }
  static std::vector<Sample> samples() {
    return without_gradients(joined(binary_samples(), {edge_pairs(), integer_pairs()}));
  }
};

}  // namespace

CAJAL_OP(greater, Greater)

Var greater(const Var& a, const Var& b) { return record_binary(greater_op(), a, b); }

}  // namespace cajal
