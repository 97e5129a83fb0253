#include "cajal/ops/internal/reduction.h"

namespace cajal {
namespace {

struct All : Reduction<All> {
  static constexpr std::string_view name = "all", summary = "Whether all values along axes are true.";
  Specs infer(std::span<const Spec> in) const {
    Specs out = Reduction<All>::infer(in);
    expect_bool(in[0]);
    return out;
  }
  void reference(const Call& call) const { reduce_all<bool, bool>(call); }
  bool reduce(const ReductionWalk& walk, const bool* x, int64_t start) const {
    bool result = true;
    walk.each_element(start, [&](int64_t at) { result &= x[at]; });
    return result;
  }
  static std::vector<Sample> samples() {
    const Tensor x = Tensor::of(std::vector<bool>{true, false, true, true, false, false}, {3, 2});
    const Specs six{{{3, 2}, DType::boolean}}, nothing{{{2, 0}, DType::boolean}};
    return {{along({1}), six, 0, 0, {x}, false},
            {along({0}, true), six, 0, 0, {x}, false},
            {along({}), six, 0, 0, {x}, false},
            {along({1}), nothing, 0, 0, {}, false}};
  }
};

}  // namespace

CAJAL_OP(all, All)

Var all(const Var& x, const std::vector<int>& axes, bool keepdims) {
  return record(all_op(), Attributes(normal_reduction(axes, keepdims, x)), {as_bool(x)});
}

}  // namespace cajal
