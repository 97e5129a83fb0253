#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct LogicalAnd : Logical<LogicalAnd> {
  static constexpr std::string_view name = "logical_and", summary = "Whether both are true.";
  bool apply(bool a, bool b) const { return a && b; }
  static std::vector<Sample> samples() { return logical_samples(); }
};

}  // namespace

CAJAL_OP(logical_and, LogicalAnd)

Var logical_and(const Var& a, const Var& b) { return record_logical(logical_and_op(), a, b); }

}  // namespace cajal
