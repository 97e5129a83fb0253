#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct LogicalXor : Logical<LogicalXor> {
  static constexpr std::string_view name = "logical_xor", summary = "Whether exactly one is true.";
  bool apply(bool a, bool b) const { return a != b; }
  static std::vector<Sample> samples() { return logical_samples(); }
};

}  // namespace

CAJAL_OP(logical_xor, LogicalXor)

Var logical_xor(const Var& a, const Var& b) { return record_logical(logical_xor_op(), a, b); }

}  // namespace cajal
