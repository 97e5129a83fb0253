#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct Floor : FloatUnary<Floor> {
  static constexpr std::string_view name = "floor", summary = "The largest whole number not above x.";
  template <class T>
  T apply(T x) const {
    return std::floor(x);
  }
  static std::vector<Sample> samples() {
    return without_gradients(joined(unary_samples<Floor>(), {edge_sample<Floor>()}));
  }
};

}  // namespace

CAJAL_OP(floor, Floor)

Var floor(const Var& x) { return record_float_unary(floor_op(), x); }

}  // namespace cajal
