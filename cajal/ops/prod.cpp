#include "cajal/graph/graph.h"
#include "cajal/ops/internal/reduction.h"

namespace cajal {
namespace {

struct Prod : Reduction<Prod> {
  static constexpr std::string_view name = "prod", summary = "The product along axes.";
  template <class T>
  auto reduce(const ReductionWalk& walk, const T* x, int64_t start) const {
    Accumulated<T> total(1);
    walk.each_element(start, [&](int64_t at) { total = wrapped(total, Accumulated<T>(x[at]), std::multiplies<>()); });
    return total;
  }
  // y / x, which fails where a factor is 0: one zero is the only factor with a gradient, two leave none.
  Vars gradient(const Derivative& d) const {
    const Var& x = d.x();
    const Var zero = equal(x, 0), others = where(zero, 1, x);
    const Var zeros = sum(cast(zero, x.dtype()), axes, true), product = prod(others, axes, true);
    const Var factor = where(zero, where(equal(zeros, 1), product, 0), where(equal(zeros, 0), product / others, 0));
    return {factor * with_axes(d.dy(), *this, x.rank())};
  }
  static Value simplify(const Graph& graph, const GraphNode& node) {
    return graph.spec(node.inputs[0]) == node.outputs[0] ? node.inputs[0] : Value{};
  }
  static std::vector<Sample> samples() {
    auto out = joined(reduction_samples(0.5, 1.5), joined(integer_reduction_samples(), empty_reduction_samples()));
    const Tensor zeros = Tensor::of({2.f, 0.f, 3.f, 0.f, 0.f, 5.f}, {2, 3});
    out.push_back({along({1}), {{{2, 3}}}, 0, 0, {zeros}});
    return out;
  }
};

}  // namespace

CAJAL_OP(prod, Prod)

Var prod(const Var& x, const std::vector<int>& axes, bool keepdims) {
  return record(prod_op(), Attributes(normal_reduction(axes, keepdims, x)), {cast(x, sum_type(x.dtype()))});
}

}  // namespace cajal
