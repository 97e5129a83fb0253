#include "cajal/graph/graph.h"
#include "cajal/ops/internal/reduction.h"

namespace cajal {
namespace {

struct Sum : Reduction<Sum> {
  static constexpr std::string_view name = "sum", summary = "The sum along axes.";
  template <class T>
  auto reduce(const ReductionWalk& walk, const T* x, int64_t start) const {
    Accumulated<T> total{};
    walk.each_element(start, [&](int64_t at) { total = wrapped(total, Accumulated<T>(x[at]), std::plus<>()); });
    return total;
  }
  Vars gradient(const Derivative& d) const { return {spread(d.dy(), *this, d.x())}; }
  static Value simplify(const Graph& graph, const GraphNode& node) {
    return graph.spec(node.inputs[0]) == node.outputs[0] ? node.inputs[0] : Value{};
  }
  static std::vector<Sample> samples() {
    return joined(joined(reduction_samples(), integer_reduction_samples()), empty_reduction_samples());
  }
};

}  // namespace

CAJAL_OP(sum, Sum)

Var sum(const Var& x, const std::vector<int>& axes, bool keepdims) {
  return record(sum_op(), Attributes(normal_reduction(axes, keepdims, x)), {cast(x, sum_type(x.dtype()))});
}

}  // namespace cajal
