#include "cajal/ops/internal/reduction.h"

namespace cajal {
namespace {

struct CountNonzero : Reduction<CountNonzero> {
  static constexpr std::string_view name = "count_nonzero", summary = "How many values along axes are not 0.";
  Specs infer(std::span<const Spec> in) const {
    expect_inputs(in, 1);
    return {Spec{reduced_shape(in[0].shape, *this), DType::int32}};
  }
  void reference(const Call& call) const {
    for_type(call.in[0].dtype, [&](auto zero) { reduce_all<decltype(zero), int32_t>(call); });
  }
  template <class T>
  int32_t reduce(const ReductionWalk& walk, const T* x, int64_t start) const {
    int32_t count = 0;
    walk.each_element(start, [&](int64_t at) { count += x[at] != T(0); });
    return count;
  }
  static std::vector<Sample> samples() {
    auto out = joined(reduction_samples(), joined(integer_reduction_samples(), empty_reduction_samples()));
    out.push_back({along({1}), {{{2, 3}}}, 0, 0, {Tensor::of({0.f, 1.f, -0.f, 2.f, 0.f, 3.f}, {2, 3})}, false});
    return without_gradients(out);
  }
};

}  // namespace

CAJAL_OP(count_nonzero, CountNonzero)

Var count_nonzero(const Var& x, const std::vector<int>& axes, bool keepdims) {
  return record(count_nonzero_op(), Attributes(normal_reduction(axes, keepdims, x)), {x});
}

}  // namespace cajal
