// What element-wise ops share, and functions that are a line of other ops.
#include "cajal/graph/graph.h"
#include "cajal/ops/internal/elementwise.h"
#include "cajal/ops/internal/promotion.h"
#include "cajal/ops/shape.h"

namespace cajal {
void expect_inputs(std::span<const Spec> in, size_t count) {
  if (in.size() != count)
    fail(std::to_string(count) + " inputs were expected and " + std::to_string(in.size()) + " given");
}

void expect_float(const Spec& in) {
  if (!is_float(in.dtype)) fail("a float type was expected, not " + in.text(), "cast(x, DType::float32)");
}

void expect_same_type(const Spec& a, const Spec& b) {
  if (a.dtype != b.dtype) fail("two values of different types: " + a.text() + " and " + b.text());
}

void expect_bool(const Spec& in) {
  if (in.dtype != DType::boolean)
    fail("the type bool was expected, not " + in.text(), "compare: x > 0, or cast(x, DType::boolean)");
}

std::array<Var, 2> promoted(const Var& a, const Var& b) {
  const Vars both = promoted(Vars{a, b});
  return {both[0], both[1]};
}

Var as_float(const Var& x) { return is_float(x.dtype()) ? x : in_type(x, DType::float32); }
Var as_bool(const Var& x) { return x.dtype() == DType::boolean ? x : in_type(x, DType::boolean); }

std::optional<double> known_number(const Var& x) {
  if (x.node()->op != &constant_op()) return std::nullopt;
  const Tensor& value = x.node()->attributes.as<ConstantAttributes>().value;
  return value.size() == 1 ? std::optional(value.item()) : std::nullopt;
}

Var record_binary(const Op& op, const Var& a, const Var& b) {
  const std::array<Var, 2> both = promoted(a, b);
  return record(op, {}, {both[0], both[1]});
}

Var record_float_binary(const Op& op, const Var& a, const Var& b) {
  const std::array<Var, 2> both = promoted(a, b);
  return record(op, {}, {as_float(both[0]), as_float(both[1])});
}

Var record_logical(const Op& op, const Var& a, const Var& b) { return record(op, {}, {as_bool(a), as_bool(b)}); }

Value without_neutral(const Graph& graph, const GraphNode& node, double neutral, bool either) {
  for (size_t side : {1, 0}) {
    if (side == 0 && !either) break;
    const Tensor value = constant_value(graph, node.inputs[side]);
    if (value.defined() && value.size() == 1 && value.item() == neutral) return node.inputs[1 - side];
  }
  return {};
}

// ------------------------------------------------------------------------------------------------ compositions

Var log_sigmoid(const Var& x) { return -softplus(-x); }
Var linear(const Var& x) { return x; }
Var exponential(const Var& x) { return exp(x); }
Var mish(const Var& x) { return x * tanh(softplus(x)); }
Var tanh_shrink(const Var& x) { return x - tanh(x); }
Var hard_tanh(const Var& x) { return clip(x, -1, 1); }
Var sparse_sigmoid(const Var& x) { return clip(0.5 * x + 0.5, 0, 1); }
Var celu(const Var& x, double alpha) { return alpha * elu(x / alpha); }
Var squareplus(const Var& x, double b) { return 0.5 * (x + sqrt(square(x) + b)); }

Var sparse_plus(const Var& x) {
  const Var value = as_float(x);
  return where(value <= -1, 0, where(value >= 1, value, 0.25 * square(value + 1)));
}

Var soft_shrink(const Var& x, double threshold) {
  const Var value = as_float(x);
  return where(abs(value) > threshold, value - threshold * sign(value), 0);
}

Var hard_shrink(const Var& x, double threshold) {
  const Var value = as_float(x);
  return where(abs(value) > threshold, value, 0);
}

Var threshold(const Var& x, double threshold, double default_value) {
  const Var value = as_float(x);
  return where(value > threshold, value, default_value);
}

Var glu(const Var& x, int axis) {
  const Var value = as_float(x);
  if (!value.dim(axis).is_symbolic() && value.dim(axis).value() % 2 != 0)
    fail("glu halves an axis, and axis " + std::to_string(axis) + " of " + value.shape().text() + " has an odd size");
  const Vars halves = split(value, 2, axis);
  return halves[0] * sigmoid(halves[1]);
}

}  // namespace cajal
