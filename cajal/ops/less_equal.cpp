#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct LessEqual : Comparison<LessEqual> {
  static constexpr std::string_view name = "less_equal", summary = "Whether a is less than b or equal.";
  template <class T>
  bool apply(T a, T b) const {
    return a <= b;
  }
  static std::vector<Sample> samples() {
    return without_gradients(joined(binary_samples(), {edge_pairs(), integer_pairs()}));
  }
};

}  // namespace

CAJAL_OP(less_equal, LessEqual)

Var less_equal(const Var& a, const Var& b) { return record_binary(less_equal_op(), a, b); }

}  // namespace cajal
