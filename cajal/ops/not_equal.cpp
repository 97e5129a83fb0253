#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct NotEqual : Comparison<NotEqual> {
  static constexpr std::string_view name = "not_equal", summary = "Whether a and b differ.";
  template <class T>
  bool apply(T a, T b) const {
    return !(a == b);
  }
  static std::vector<Sample> samples() {
    return without_gradients(joined(binary_samples(), {edge_pairs(), integer_pairs(), integer_pairs(DType::int64)}));
  }
};

}  // namespace

CAJAL_OP(not_equal, NotEqual)

Var not_equal(const Var& a, const Var& b) { return record_binary(not_equal_op(), a, b); }

}  // namespace cajal
