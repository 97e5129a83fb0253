#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct Isinf : UnaryTest<Isinf> {
  static constexpr std::string_view name = "isinf", summary = "Whether x is infinite.";
  template <class T>
  bool apply(T x) const {
    if constexpr (std::is_floating_point_v<T>) return std::isinf(x);
    else return false;
  }
  static std::vector<Sample> samples() { return {edge_sample<Isinf>(), integer_sample()}; }
};

}  // namespace

CAJAL_OP(isinf, Isinf)

Var isinf(const Var& x) { return record_unary(isinf_op(), x); }

}  // namespace cajal
