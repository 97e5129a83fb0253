#include "cajal/graph/graph.h"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <unordered_set>

namespace cajal {
namespace {

using NodePointer = std::shared_ptr<const Node>;

// Builds a Graph from recorded nodes: structural nodes that only pass a value on disappear on the way.
class Extraction {
 public:
  Graph run(const Vars& inputs, const Vars& outputs, const Vars& effects) {
    for (const Var& input : inputs) add_input(input);
    Vars roots = outputs;
    roots.insert(roots.end(), effects.begin(), effects.end());
    for (const NodePointer& node : reachable(roots)) visit(*node);
    for (const Var& output : outputs) graph_.outputs.push_back(place(output));
    for (const auto& [state, value] : versions_)
      if (assigned_.count(state)) graph_.assignments.push_back({Variable::of(state), value});
    std::sort(graph_.assignments.begin(), graph_.assignments.end(), [this](const Assignment& a, const Assignment& b) {
      return assigned_[a.variable.state()] < assigned_[b.variable.state()];
    });
    return std::move(graph_);
  }

 private:
  void add_input(const Var& input) {
    if (!input.defined() || input.node()->op != &input_op())
      fail("a program's inputs must be placeholders (Input or placeholder), and one is not");
    graph_.inputs.push_back(append(*input.node(), {}));
  }

  int append(const Node& node, std::vector<Value> inputs) {
    graph_.nodes.push_back({node.op, node.attributes, std::move(inputs), node.outputs, node.scope, node.random_id});
    const int id = int(graph_.nodes.size()) - 1;
    for (size_t i = 0; i < node.outputs.size(); ++i) places_[{&node, int(i)}] = {id, int(i)};
    return id;
  }

  Value place(const Var& var) const { return places_.at({var.node().get(), var.output()}); }

  void visit(const Node& node) {
    if (places_.count({&node, 0})) return;
    if (node.op == &input_op())
      fail("the result depends on the input '" + node.attributes.as<InputAttributes>().label +
               "', which is not among the program's inputs",
           "add it to the list of inputs");
    if (node.op == &variable_op()) return read(node);
    if (node.op == &assign_op()) return assign(node);
    if (node.op->passes) {
      places_[{&node, 0}] = place(node.inputs[0]);
      return;
    }
    std::vector<Value> inputs;
    for (const Var& input : value_inputs(node)) inputs.push_back(place(input));
    append(node, std::move(inputs));
  }

  void read(const Node& node) {
    const auto& state = node.attributes.as<VariableAttributes>().state;
    auto version = versions_.find(state);
    if (version == versions_.end()) version = versions_.emplace(state, Value{append(node, {}), 0}).first;
    places_[{&node, 0}] = version->second;
  }

  void assign(const Node& node) {
    const auto& state = node.attributes.as<VariableAttributes>().state;
    const Value value = place(node.inputs[0]);
    places_[{&node, 0}] = value;
    versions_[state] = value;
    assigned_.emplace(state, node.sequence);
  }

  Graph graph_;
  std::map<std::pair<const Node*, int>, Value> places_;
  std::map<std::shared_ptr<VariableState>, Value> versions_;
  std::map<std::shared_ptr<VariableState>, uint64_t> assigned_;  // and when first: a stable order
};

}  // namespace

std::vector<NodePointer> reachable(const Vars& roots) {
  std::vector<NodePointer> found;
  std::unordered_set<const Node*> seen;
  auto push = [&](const Var& var) {
    if (!var.defined()) fail("an empty Var was used as a result");
    if (seen.insert(var.node().get()).second) found.push_back(var.node());
  };
  for (const Var& root : roots) push(root);
  for (size_t i = 0; i < found.size(); ++i) {
    const NodePointer node = found[i];  // the vector grows
    for (const Var& input : node->inputs) push(input);
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a->sequence < b->sequence; });
  return found;
}

Graph Graph::of(const Vars& inputs, const Vars& outputs, const Vars& effects) {
  return Extraction().run(inputs, outputs, effects);
}

Value Graph::add(const Op& op, Attributes attributes, std::vector<Value> node_inputs, const std::string* scope) {
  Specs specs;
  for (Value input : node_inputs) specs.push_back(spec(input));
  Specs results = op.infer(attributes, specs);
  if (!scope) scope = &Scope::current();
  nodes.push_back({&op, std::move(attributes), std::move(node_inputs), std::move(results), scope, 0});
  return {int(nodes.size()) - 1, 0};
}

std::vector<int> Graph::use_counts() const {
  std::vector<int> counts(nodes.size());
  for (const GraphNode& node : nodes)
    for (Value input : node.inputs) ++counts[size_t(input.node)];
  for (Value output : outputs) ++counts[size_t(output.node)];
  for (const Assignment& assignment : assignments) ++counts[size_t(assignment.value.node)];
  return counts;
}

Vars replay(const Vars& outputs, const Vars& inputs, const Vars& replacements) {
  if (inputs.size() != replacements.size())
    fail("a model with " + std::to_string(inputs.size()) + " inputs was called with " +
         std::to_string(replacements.size()));
  std::map<std::pair<const Node*, int>, Var> made;
  for (size_t i = 0; i < inputs.size(); ++i) made[{inputs[i].node().get(), inputs[i].output()}] = replacements[i];
  auto find = [&](const Var& var) -> Var {
    auto found = made.find({var.node().get(), var.output()});
    return found == made.end() ? var : found->second;
  };
  // Only what lies above the replaced inputs is recorded again, and what has an effect or draws numbers.
  Vars roots = outputs;
  for (const Var& output : outputs)
    if (output.mask().defined()) roots.push_back(output.mask());
  for (const NodePointer& node : reachable(roots)) {
    if (made.count({node.get(), 0})) continue;
    Vars renewed;
    for (const Var& input : node->inputs) renewed.push_back(find(input));
    const bool again =
        renewed != node->inputs || node->op->random || node->op == &variable_op() || node->op == &assign_op();
    if (!again) continue;
    Scope scope(Scope::Absolute{node->scope});
    auto copy = record_node(*node->op, node->attributes, std::move(renewed));
    for (size_t i = 0; i < copy->outputs.size(); ++i) made[{node.get(), int(i)}] = Var(copy, int(i));
    if (node->op == &assign_op())
      if (Recording* recording = Recording::current()) recording->add_effect(Var(copy, 0));
  }
  Vars results;
  for (const Var& output : outputs) {
    Var result = find(output);
    if (output.mask().defined()) result = result.with_mask(find(output.mask()));
    results.push_back(result);
  }
  return results;
}

}  // namespace cajal
