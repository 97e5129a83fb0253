// What brings values to mean 0 and variance 1, and softmax.
#include "cajal/ops/activation.h"
#include "cajal/ops/elementwise.h"
#include "cajal/ops/normalization.h"
#include "cajal/ops/reduction.h"
#include "layout.h"
#include "operators.h"

namespace cajal::onnx_cases {
namespace {

std::vector<int> all_but_last(const Var& x) {
  std::vector<int> out;
  for (int axis = 0; axis + 1 < x.rank(); ++axis) out.push_back(axis);
  return out;
}

Vars batch(const NodeCall& call) {
  const Var x = channels_last(call.x());
  const double epsilon = call.number("epsilon", 1e-5), kept = call.number("momentum", 0.9);
  if (!call.integer("training_mode", 0))
    return {
        channels_first(batch_norm_inference(x, call.x(1), call.x(2), call.x(3), call.x(4), epsilon, all_but_last(x)))};
  const Vars all = batch_norm_training(x, call.x(1), call.x(2), epsilon, all_but_last(x));
  return {channels_first(all[0]), call.x(3) * kept + all[1] * (1 - kept), call.x(4) * kept + all[2] * (1 - kept)};
}

Vars layer(const NodeCall& call) {
  std::vector<int> axes;
  for (int axis = normal_axis(int(call.integer("axis", -1)), call.x().rank()); axis < call.x().rank(); ++axis)
    axes.push_back(axis);
  const double epsilon = call.number("epsilon", 1e-5);
  const Var &x = call.x(), &gamma = call.x(1);
  const Var beta = call.has(2) ? call.x(2) : zeros_like(gamma);
  Vars out{layer_norm(x, gamma, beta, epsilon, axes), mean(x, axes, true), rsqrt(var(x, axes, true) + epsilon)};
  out.resize(call.outputs());
  return out;
}

// Before version 21 there was one scale per group.
Vars group(const NodeCall& call) {
  const int64_t groups = call.integer("num_groups", 1);
  const Var x = channels_last(call.x());
  const int64_t each = x.dim(-1).value() / groups;
  auto parameter = [&](size_t i) { return call.opset < 21 ? repeat(call.x(i), each, 0) : call.x(i); };
  return {channels_first(group_norm(x, parameter(1), parameter(2), groups, call.number("epsilon", 1e-5)))};
}

Vars instance(const NodeCall& call) {
  const Var x = channels_last(call.x());
  return {channels_first(group_norm(x, call.x(1), call.x(2), x.dim(-1), call.number("epsilon", 1e-5)))};
}

}  // namespace

void add_normalization_operators(Operators& to) {
  to["BatchNormalization"] = batch;
  to["LayerNormalization"] = layer;
  to["GroupNormalization"] = group;
  to["InstanceNormalization"] = instance;
  to["Softmax"] = [](const NodeCall& call) -> Vars { return {softmax(call.x(), int(call.integer("axis", -1)))}; };
  to["LogSoftmax"] = [](const NodeCall& call) -> Vars {
    return {log_softmax(call.x(), int(call.integer("axis", -1)))};
  };
}

}  // namespace cajal::onnx_cases
