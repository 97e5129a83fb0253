#include "cajal/graph/body.h"

#include <algorithm>
#include <map>
#include <unordered_set>

namespace cajal {
namespace {

using Place = std::pair<const Node*, int>;

Place place_of(const Var& var) { return {var.node().get(), var.output()}; }

class BodyExtraction {
 public:
  Captured run(const Vars& placeholders, const Vars& outputs) {
    const std::vector<std::shared_ptr<const Node>> nodes = reachable(outputs);
    find_inside(nodes, placeholders);
    for (const Var& var : placeholders) add_input(var);
    for (const auto& node : nodes)
      if (inside_.count(node.get()))
        for (const Var& input : node->inputs) capture_if_outside(input);
    for (const Var& output : outputs) capture_if_outside(output);
    for (const auto& node : nodes)
      if (inside_.count(node.get()) && !places_.count({node.get(), 0})) append(*node);
    for (const Var& output : outputs) graph_.outputs.push_back(value(output));
    return {std::make_shared<const Graph>(std::move(graph_)), std::move(captured_)};
  }

 private:
  void find_inside(const std::vector<std::shared_ptr<const Node>>& nodes, const Vars& placeholders) {
    uint64_t since = UINT64_MAX;
    for (const Var& var : placeholders) {
      inside_.insert(var.node().get());
      since = std::min(since, var.node()->sequence);
    }
    for (const auto& node : nodes) {
      const bool depends = std::any_of(node->inputs.begin(), node->inputs.end(),
                                       [&](const Var& input) { return inside_.count(input.node().get()) > 0; });
      if (depends || (node->op->random && node->sequence > since)) inside_.insert(node.get());
    }
  }

  void add_input(const Var& var) {
    const InputAttributes attributes{"input", Spec{var.shape(), var.dtype()}};
    graph_.nodes.push_back({&input_op(), Attributes(attributes), {}, {attributes.spec}, &Scope::current(), 0});
    graph_.inputs.push_back(int(graph_.nodes.size()) - 1);
    places_[place_of(var)] = {graph_.inputs.back(), 0};
  }

  void capture_if_outside(const Var& var) {
    if (inside_.count(var.node().get()) || places_.count(place_of(var))) return;
    if (var.node()->op == &constant_op()) return;
    add_input(var);
    captured_.push_back(var);
  }

  void append(const Node& node) {
    if (node.op == &assign_op())
      fail("a variable is assigned within the body of a loop", "make it a carry of the loop");
    std::vector<Value> inputs;
    for (const Var& input : node.inputs) inputs.push_back(value(input));
    graph_.nodes.push_back({node.op, node.attributes, std::move(inputs), node.outputs, node.scope, node.random_id});
    for (size_t i = 0; i < node.outputs.size(); ++i) places_[{&node, int(i)}] = {int(graph_.nodes.size()) - 1, int(i)};
  }

  Value value(const Var& var) {
    if (!places_.count(place_of(var))) append(*var.node());  // a constant, at its first use
    return places_.at(place_of(var));
  }

  Graph graph_;
  Vars captured_;
  std::unordered_set<const Node*> inside_;
  std::map<Place, Value> places_;
};

}  // namespace

Captured capture(const Vars& placeholders, const Vars& outputs) { return BodyExtraction().run(placeholders, outputs); }

Vars record_body(const Graph& body, const Vars& inputs) {
  std::vector<Vars> values(body.nodes.size());
  for (size_t i = 0; i < body.inputs.size(); ++i) values[size_t(body.inputs[i])] = {inputs.at(i)};
  auto find = [&](Value value) { return values[size_t(value.node)][size_t(value.output)]; };
  for (size_t i = 0; i < body.nodes.size(); ++i) {
    const GraphNode& node = body.nodes[i];
    if (!values[i].empty()) continue;
    Vars arguments;
    for (Value input : node.inputs) arguments.push_back(find(input));
    const Scope scope(Scope::Absolute{node.scope});
    const auto made = record_node(*node.op, node.attributes, std::move(arguments), node.random_id);
    for (size_t output = 0; output < made->outputs.size(); ++output) values[i].emplace_back(made, int(output));
  }
  Vars outputs;
  for (Value output : body.outputs) outputs.push_back(find(output));
  return outputs;
}

Graph body_for(const Graph& body, std::span<const Spec> inputs) {
  Graph out = body;
  if (inputs.size() != out.inputs.size())
    fail("a body of " + std::to_string(out.inputs.size()) + " inputs was given " + std::to_string(inputs.size()));
  std::vector<bool> given(out.nodes.size());
  for (size_t i = 0; i < inputs.size(); ++i) {
    GraphNode& input = out.nodes[size_t(out.inputs[i])];
    input.attributes = Attributes(InputAttributes{"input", inputs[i]});
    input.outputs = {inputs[i]};
    given[size_t(out.inputs[i])] = true;
  }
  for (size_t i = 0; i < out.nodes.size(); ++i) {
    if (given[i]) continue;
    Specs specs;
    for (Value input : out.nodes[i].inputs) specs.push_back(out.spec(input));
    out.nodes[i].outputs = out.nodes[i].op->infer(out.nodes[i].attributes, specs);
  }
  return out;
}

std::vector<uint64_t> random_ids(const Graph& body) {
  std::vector<uint64_t> out;
  for (const GraphNode& node : body.nodes)
    if (node.op->random) out.push_back(node.random_id);
  return out;
}

}  // namespace cajal
