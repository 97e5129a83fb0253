// Sums and the like along axes, order, and products of matrices.
#include "cajal/ops/creation.h"
#include "cajal/ops/elementwise.h"
#include "cajal/ops/linear_algebra.h"
#include "cajal/ops/reduction.h"
#include "cajal/ops/shape.h"
#include "cajal/ops/sorting.h"
#include "operators.h"

namespace cajal::onnx_cases {
namespace {

// Along the axes given; without axes along all, or along none where the node says so. `before` is done to each element.
template <class F, class G>
Operator reduced(F before, G along) {
  return [=](const NodeCall& call) -> Vars {
    const Var x = before(call.x());
    const std::vector<int64_t> axes = call.axes(1);
    if (axes.empty() && call.integer("noop_with_empty_axes", 0)) return {x};
    return {along(x, as_axes(axes), call.integer("keepdims", 1) != 0)};
  };
}

Var same(const Var& x) { return x; }

using Along = Var (*)(const Var&, const std::vector<int>&, bool);

template <class F>
Operator first_of(F find) {
  return [find](const NodeCall& call) -> Vars {
    const int axis = normal_axis(int(call.integer("axis", 0)), call.x().rank());
    const bool keep = call.integer("keepdims", 1) != 0;
    if (!call.integer("select_last_index", 0)) return {find(call.x(), axis, keep)};
    return {int(call.x().dim(axis).value()) - 1 - find(flip(call.x(), {axis}), axis, keep)};
  };
}

// Along the last axis; of the smallest, the largest of the negative.
Vars top_k_of(const NodeCall& call) {
  const int axis = normal_axis(int(call.integer("axis", -1)), call.x().rank());
  const bool smallest = !call.integer("largest", 1);
  const Var x = moveaxis(call.x(), axis, -1);
  const auto both = top_k(smallest ? negative(x) : x, int(call.value(1).flat(0)));
  return {moveaxis(smallest ? negative(both[0]) : both[0], -1, axis), moveaxis(both[1], -1, axis)};
}

template <class F>
Operator running(F f, double neutral) {
  return [f, neutral](const NodeCall& call) -> Vars {
    const int axis = normal_axis(int(call.value(1).flat(0)), call.x().rank());
    const bool reverse = call.integer("reverse", 0);
    Var x = call.x();
    if (call.integer("exclusive", 0)) {
      const Var edge = full_like(slice_axis(x, axis, 0, 1), neutral);
      const int64_t size = x.dim(axis);
      x = reverse ? concatenate({slice_axis(x, axis, 1), edge}, axis)
                  : concatenate({edge, slice_axis(x, axis, 0, size - 1)}, axis);
    }
    return {f(x, axis, reverse)};
  };
}

Vars product(const NodeCall& call) {
  const Var y = matmul(call.x(0), call.x(1), call.integer("transA", 0), call.integer("transB", 0));
  const Var scaled = call.number("alpha", 1) * y;
  return {call.has(2) ? scaled + call.number("beta", 1) * call.x(2) : scaled};
}

}  // namespace

void add_reduction_operators(Operators& to) {
  to["ReduceSum"] = reduced(same, Along(cajal::sum)), to["ReduceMean"] = reduced(same, Along(cajal::mean));
  to["ReduceProd"] = reduced(same, Along(cajal::prod)), to["ReduceMax"] = reduced(same, Along(cajal::max));
  to["ReduceMin"] = reduced(same, Along(cajal::min)), to["ReduceLogSumExp"] = reduced(same, Along(logsumexp));
  to["ReduceL1"] = reduced(cajal::abs, Along(cajal::sum)), to["ReduceL2"] = reduced(same, Along(norm));
  to["ReduceSumSquare"] = reduced(square, Along(cajal::sum));
  to["ReduceLogSum"] =
      reduced(same, [](const Var& x, const std::vector<int>& axes, bool keep) { return log(sum(x, axes, keep)); });
  to["ArgMax"] = first_of(argmax), to["ArgMin"] = first_of(argmin);
  to["TopK"] = top_k_of;
  to["CumSum"] = running(cumsum, 0), to["CumProd"] = running(cumprod, 1);
  to["MatMul"] = [](const NodeCall& call) -> Vars { return {matmul(call.x(0), call.x(1))}; };
  to["Gemm"] = product;
  to["Einsum"] = [](const NodeCall& call) -> Vars { return {einsum(call.text("equation", ""), call.all())}; };
}

}  // namespace cajal::onnx_cases
