#include "cajal/ops/internal/reduction.h"

namespace cajal {
namespace {

struct Logsumexp : Reduction<Logsumexp> {
  static constexpr std::string_view name = "logsumexp", summary = "log(sum(exp(x))) along axes.";
  Specs infer(std::span<const Spec> in) const {
    Specs out = Reduction<Logsumexp>::infer(in);
    expect_float(in[0]);
    expect_elements(in[0].shape, *this);
    return out;
  }
  void reference(const Call& call) const {
    for_float_type(call.out[0].dtype, [&](auto zero) { reduce_all<decltype(zero), decltype(zero)>(call); });
  }
  // The largest is taken out first, so that nothing overflows.
  template <class T>
  auto reduce(const ReductionWalk& walk, const T* x, int64_t start) const {
    using C = Computed<T>;
    C largest = -std::numeric_limits<C>::infinity();
    walk.each_element(start, [&](int64_t at) { largest = C(x[at]) > largest ? C(x[at]) : largest; });
    if (std::isinf(largest)) return largest;
    double total = 0;
    walk.each_element(start, [&](int64_t at) { total += double(std::exp(C(x[at]) - largest)); });
    return C(largest + std::log(C(total)));
  }
  Vars gradient(const Derivative& d) const {
    const int rank = d.x().rank();
    return {with_axes(d.dy(), *this, rank) * exp(d.x() - with_axes(d.y(), *this, rank))};
  }
  static std::vector<Sample> samples() {
    auto out = reduction_samples();
    const Tensor large = Tensor::of({1000.f, 1001.f, -1000.f, -1000.f, -1001.f, -2000.f}, {2, 3});
    out.push_back({along({1}), {{{2, 3}}}, 0, 0, {large}, false});
    return out;
  }
};

}  // namespace

CAJAL_OP(logsumexp, Logsumexp)

Var logsumexp(const Var& x, const std::vector<int>& axes, bool keepdims) {
  return record(logsumexp_op(), Attributes(normal_reduction(axes, keepdims, x)), {as_float(x)});
}

}  // namespace cajal
