// The oracle: a graph run node by node with the reference kernels.
#include <algorithm>
#include <functional>

#include "cajal/graph/graph.h"
#include "cajal/graph/reference_run.h"

namespace cajal {
namespace {

Graph bound_to(const Graph& graph, const std::vector<Tensor>& inputs) {
  if (inputs.size() != graph.inputs.size())
    fail("a program of " + std::to_string(graph.inputs.size()) + " inputs was given " + std::to_string(inputs.size()));
  Bindings bindings;
  for (size_t i = 0; i < inputs.size(); ++i) {
    const Spec& wanted = graph.spec({graph.inputs[i], 0});
    if (!bindings.match(wanted.shape, inputs[i].shape().ints()))
      fail("input " + std::to_string(i) + " has the shape " + inputs[i].shape().text() + "; expected " +
           wanted.shape.text());
  }
  Graph out = graph;
  bind_symbols(out, bindings);
  return out;
}

Tensor structural_value(const GraphNode& node) {
  if (node.op == &constant_op()) return node.attributes.as<ConstantAttributes>().value.cast(node.outputs[0].dtype);
  if (node.op == &variable_op())
    return node.attributes.as<VariableAttributes>().state->value.cast(node.outputs[0].dtype);
  return Tensor::full({}, 0, DType::boolean);  // training() outside of a compiled program
}

}  // namespace

std::vector<Tensor> run_reference(const GraphNode& node, const std::vector<Tensor>& inputs, Run& run, int id) {
  std::vector<Tensor> outputs, held = inputs;
  std::vector<std::vector<int64_t>> dims;
  dims.reserve(inputs.size() + node.outputs.size());
  auto operand = [&](const Tensor& tensor) {
    dims.push_back(tensor.shape().ints());
    return Operand{tensor.raw(), tensor.dtype(), tensor.rank(), dims.back().data(), tensor.size()};
  };
  std::vector<Operand> in, out;
  Specs specs;
  for (Tensor& tensor : held) {
    tensor = tensor.contiguous();
    in.push_back(operand(tensor));
    specs.push_back({tensor.shape(), tensor.dtype()});
  }
  for (const Spec& spec : node.outputs) {
    outputs.emplace_back(spec.shape, spec.dtype);
    out.push_back(operand(outputs.back()));
  }
  Buffer scratch(node.op->workspace ? node.op->workspace(node.attributes, specs) : 0);
  Call call{node.attributes.get(), nullptr, in, out, scratch.data(), node.random_id, id, &run};
  node.op->reference(call);
  return outputs;
}

std::vector<Tensor> evaluate(const Graph& graph, const std::vector<Tensor>& inputs, Run* run,
                             std::vector<std::vector<Tensor>>* trace) {
  const Graph bound = bound_to(graph, inputs);
  Run own;
  if (!run) run = &own;
  std::vector<std::vector<Tensor>> values(bound.nodes.size());
  for (size_t i = 0; i < bound.nodes.size(); ++i) {
    const GraphNode& node = bound.nodes[i];
    if (auto fed = std::find(bound.inputs.begin(), bound.inputs.end(), int(i)); fed != bound.inputs.end()) {
      values[i] = {inputs[size_t(fed - bound.inputs.begin())].cast(node.outputs[0].dtype)};
    } else if (node.op->passes) {
      values[i] = {values[size_t(node.inputs[0].node)][size_t(node.inputs[0].output)]};
    } else if (node.op->structural) {
      values[i] = {structural_value(node)};
    } else {
      std::vector<Tensor> arguments;
      for (Value input : node.inputs) arguments.push_back(values[size_t(input.node)][size_t(input.output)]);
      values[i] = run_reference(node, arguments, *run, int(i));
    }
  }
  std::vector<Tensor> results;
  for (Value output : bound.outputs) results.push_back(values[size_t(output.node)][size_t(output.output)]);
  for (const Assignment& assignment : bound.assignments)
    results.push_back(values[size_t(assignment.value.node)][size_t(assignment.value.output)]);
  if (trace) *trace = std::move(values);
  return results;
}

Graph in_double(const Graph& graph) {
  Graph out = graph;
  for (GraphNode& node : out.nodes)
    for (Spec& spec : node.outputs)
      if (is_float(spec.dtype)) spec.dtype = DType::float64;
  return out;
}

}  // namespace cajal
