#include "cajal/graph/graph.h"
#include "cajal/ops/internal/reduction.h"

namespace cajal {
namespace {

struct Min : Reduction<Min> {
  static constexpr std::string_view name = "min", summary = "The smallest value along axes.";
  Specs infer(std::span<const Spec> in) const {
    Specs out = Reduction<Min>::infer(in);
    expect_elements(in[0].shape, *this);
    return out;
  }
  template <class T>
  T reduce(const ReductionWalk& walk, const T* x, int64_t start) const {
    if (walk.count() == 0) return T();  // of an axis whose size became 0 only at run time
    T best = x[start];
    walk.each_element(start, [&](int64_t at) {
      if (x[at] < best || !(x[at] == x[at])) best = x[at];
    });
    return best;
  }
  // Equal shares where several are the smallest, as TensorFlow does.
  Vars gradient(const Derivative& d) const {
    const int rank = d.x().rank();
    const Var chosen = equal(d.x(), with_axes(d.y(), *this, rank));
    const Var count = sum(cast(chosen, d.x().dtype()), axes, true);
    return {where(chosen, with_axes(d.dy(), *this, rank) / count, 0)};
  }
  static Value simplify(const Graph& graph, const GraphNode& node) {
    return graph.spec(node.inputs[0]) == node.outputs[0] ? node.inputs[0] : Value{};
  }
  static std::vector<Sample> samples() {
    const Tensor ties = Tensor::of({1.f, 3.f, 3.f, -1.f, -1.f, 2.f}, {2, 3});
    auto out = joined(reduction_samples(), integer_reduction_samples());
    out.push_back({along({1}), {{{2, 3}}}, 0, 0, {ties}, false});
    out.push_back({along({}), {{{19}}}, 0, 0, edge_sample<Min>().values, false});
    return out;
  }
};

}  // namespace

CAJAL_OP(min, Min)

Var min(const Var& x, const std::vector<int>& axes, bool keepdims) {
  return record(min_op(), Attributes(normal_reduction(axes, keepdims, x)), {x});
}

}  // namespace cajal
