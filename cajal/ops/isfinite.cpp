#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct Isfinite : UnaryTest<Isfinite> {
  static constexpr std::string_view name = "isfinite", summary = "Whether x is a number, and not infinite.";
  template <class T>
  bool apply(T x) const {
    if constexpr (std::is_floating_point_v<T>) return std::isfinite(x);
    else return true;
  }
  static std::vector<Sample> samples() { return {edge_sample<Isfinite>(), integer_sample()}; }
};

}  // namespace

CAJAL_OP(isfinite, Isfinite)

Var isfinite(const Var& x) { return record_unary(isfinite_op(), x); }

}  // namespace cajal
