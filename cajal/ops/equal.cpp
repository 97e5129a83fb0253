#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct Equal : Comparison<Equal> {
  static constexpr std::string_view name = "equal", summary = "Whether a and b are equal.";
  template <class T>
  bool apply(T a, T b) const {
    return a == b;
  }
  static std::vector<Sample> samples() {
    return without_gradients(joined(binary_samples(), {edge_pairs(), integer_pairs(), integer_pairs(DType::int64)}));
  }
};

}  // namespace

CAJAL_OP(equal, Equal)

Var equal(const Var& a, const Var& b) { return record_binary(equal_op(), a, b); }

}  // namespace cajal
