#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct Isnan : UnaryTest<Isnan> {
  static constexpr std::string_view name = "isnan", summary = "Whether x is not a number.";
  template <class T>
  bool apply(T x) const {
    return !(x == x);
  }
  static std::vector<Sample> samples() { return {edge_sample<Isnan>(), integer_sample()}; }
};

}  // namespace

CAJAL_OP(isnan, Isnan)

Var isnan(const Var& x) { return record_unary(isnan_op(), x); }

}  // namespace cajal
