// The ops that a program carries out itself: what is fed, what is constant, what is stored.
#include "cajal/graph/graph.h"

namespace cajal {
namespace {

struct InputOp : InputAttributes {
  static constexpr std::string_view name = "input", summary = "What a program is fed.";
  static constexpr bool structural = true;
  Specs infer(std::span<const Spec>) const { return {spec}; }
};

struct ConstantOp : ConstantAttributes {
  static constexpr std::string_view name = "constant", summary = "A tensor that never changes.";
  static constexpr bool structural = true;
  Specs infer(std::span<const Spec>) const { return {Spec{value.shape(), type.value_or(value.dtype()), weak}}; }
};

struct VariableOp : VariableAttributes {
  static constexpr std::string_view name = "variable", summary = "Reads storage that outlives the run.";
  static constexpr bool structural = true;
  Specs infer(std::span<const Spec>) const { return {Spec{state->value.shape(), state->value.dtype()}}; }
};

struct TrainingOp : TrainingAttributes {
  static constexpr std::string_view name = "training", summary = "True while training, false otherwise.";
  static constexpr bool structural = true;
  Specs infer(std::span<const Spec>) const { return {Spec{{}, DType::boolean}}; }
};

struct AssignOp : VariableAttributes {
  static constexpr std::string_view name = "assign", summary = "The value that storage takes.";
  static constexpr bool structural = true;
  Specs infer(std::span<const Spec> in) const {
    const Spec own{state->value.shape(), state->value.dtype()};
    if (!(in[0] == own)) fail("variable '" + state->name + "' is " + own.text() + " and was assigned " + in[0].text());
    return {own};
  }
  Vars gradient(const Derivative& d) const { return {d.dy()}; }
};

struct Passing {
  static constexpr bool structural = true, passes = true;
  Specs infer(std::span<const Spec> in) const { return {in[0]}; }
};

struct AfterOp : Passing {
  static constexpr std::string_view name = "after", summary = "A value whose computing carries out assignments.";
  Vars gradient(const Derivative& d) const {
    Vars out(d.inputs.size());
    out[0] = d.dy();
    return out;
  }
};

struct IdentityOp : Passing {
  static constexpr std::string_view name = "identity", summary = "The same value.";
  Vars gradient(const Derivative& d) const { return {d.dy()}; }
};

struct StopGradientOp : Passing {
  static constexpr std::string_view name = "stop_gradient",
                                    summary = "The same value, through which no gradient flows.";
};

}  // namespace

// The attribute structs of the face are bases of the ops': an Attributes made from one is read as the other, since the
// ops add no fields.
CAJAL_OP(input, InputOp)
CAJAL_OP(constant, ConstantOp)
CAJAL_OP(variable, VariableOp)
CAJAL_OP(training, TrainingOp)
CAJAL_OP(assign, AssignOp)
CAJAL_OP(after, AfterOp)
CAJAL_OP(identity, IdentityOp)
CAJAL_OP(stop_gradient, StopGradientOp)

Tensor constant_value(const Graph& graph, Value value) {
  const GraphNode& node = graph.nodes[size_t(value.node)];
  if (node.op != &constant_op()) return {};
  return node.attributes.as<ConstantAttributes>().value.cast(node.outputs[size_t(value.output)].dtype);
}

}  // namespace cajal
