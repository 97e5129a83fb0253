#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct Less : Comparison<Less> {
  static constexpr std::string_view name = "less", summary = "Whether a is less than b.";
  template <class T>
  bool apply(T a, T b) const {
    return a < b;
  }
  static std::vector<Sample> samples() {
    return without_gradients(joined(binary_samples(), {edge_pairs(), integer_pairs()}));
  }
};

}  // namespace

CAJAL_OP(less, Less)

Var less(const Var& a, const Var& b) { return record_binary(less_op(), a, b); }

}  // namespace cajal
