#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct LogicalNot : UnaryTest<LogicalNot> {
  static constexpr std::string_view name = "logical_not", summary = "Whether x is false.";
  bool apply(bool x) const { return !x; }
  Specs infer(std::span<const Spec> in) const {
    expect_inputs(in, 1);
    expect_bool(in[0]);
    return {Spec{in[0].shape, DType::boolean}};
  }
  void reference(const Call& call) const {
    map_elements<bool, bool>(call, [](bool x) { return !x; });
  }
  static std::vector<Sample> samples() {
    const Tensor x = Tensor::of(std::vector<bool>{false, true, true, false, true});
    return {{{}, {{x.shape(), DType::boolean}}, 0, 0, {x}, false}};
  }
};

}  // namespace

CAJAL_OP(logical_not, LogicalNot)

Var logical_not(const Var& x) { return record(logical_not_op(), {}, {as_bool(x)}); }

}  // namespace cajal
