#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct GreaterEqual : Comparison<GreaterEqual> {
  static constexpr std::string_view name = "greater_equal", summary = "Whether a is greater than b or equal.";
  template <class T>
  bool apply(T a, T b) const {
    return a >= b;
  }
  static std::vector<Sample> samples() {
    return without_gradients(joined(binary_samples(), {edge_pairs(), integer_pairs()}));
  }
};

}  // namespace

CAJAL_OP(greater_equal, GreaterEqual)

Var greater_equal(const Var& a, const Var& b) { return record_binary(greater_equal_op(), a, b); }

}  // namespace cajal
