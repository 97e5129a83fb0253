#include "cajal/graph/graph.h"
#include "cajal/ops/internal/reduction.h"

namespace cajal {
namespace {

struct Mean : Reduction<Mean> {
  static constexpr std::string_view name = "mean", summary = "The mean along axes.";
  Specs infer(std::span<const Spec> in) const {
    const Specs out = Reduction<Mean>::infer(in);
    expect_float(in[0]);
    return out;
  }
  template <class T>
  auto reduce(const ReductionWalk& walk, const T* x, int64_t start) const {
    double total = 0;
    walk.each_element(start, [&](int64_t at) { total += double(x[at]); });
    return total / double(walk.count());
  }
  Vars gradient(const Derivative& d) const { return {mean_gradient(d.dy(), *this, d.x())}; }
  static Value simplify(const Graph& graph, const GraphNode& node) {
    return graph.spec(node.inputs[0]) == node.outputs[0] ? node.inputs[0] : Value{};
  }
  static std::vector<Sample> samples() { return joined(reduction_samples(), empty_reduction_samples()); }
};

}  // namespace

CAJAL_OP(mean, Mean)

Var mean(const Var& x, const std::vector<int>& axes, bool keepdims) {
  return record(mean_op(), Attributes(normal_reduction(axes, keepdims, x)), {as_float(x)});
}

}  // namespace cajal
