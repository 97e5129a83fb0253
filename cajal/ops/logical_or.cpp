#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct LogicalOr : Logical<LogicalOr> {
  static constexpr std::string_view name = "logical_or", summary = "Whether at least one is true.";
  bool apply(bool a, bool b) const { return a || b; }
  static std::vector<Sample> samples() { return logical_samples(); }
};

}  // namespace

CAJAL_OP(logical_or, LogicalOr)

Var logical_or(const Var& a, const Var& b) { return record_logical(logical_or_op(), a, b); }

}  // namespace cajal
