// Reverse-mode differentiation: one walk over the recorded nodes, which only appends nodes.
#include <map>
#include <unordered_set>

#include "cajal/graph/graph.h"
#include "cajal/graph/needs.h"

namespace cajal {
namespace {

using NodePointer = std::shared_ptr<const Node>;
using Place = std::pair<const Node*, int>;

Place place(const Var& var) { return {var.node().get(), var.output()}; }

class ReverseWalk {
 public:
  Vars run(const Vars& ys, const Vars& seeds, const Vars& xs) {
    const std::vector<NodePointer> nodes = reachable(ys);
    mark_dependent(nodes, xs);
    for (size_t i = 0; i < ys.size(); ++i) accumulate(ys[i], seeds[i]);
    for (auto node = nodes.rbegin(); node != nodes.rend(); ++node)
      if (dependent_.count(node->get())) differentiate(*node);
    Vars out;
    for (const Var& x : xs) {
      auto found = gradients_.find(place(x));
      out.push_back(found == gradients_.end() ? zeros_like(x) : found->second);
    }
    return out;
  }

 private:
  // Only nodes between the xs and the ys need gradients.
  void mark_dependent(const std::vector<NodePointer>& nodes, const Vars& xs) {
    for (const Var& x : xs) wanted_.insert(x.node().get());
    for (const NodePointer& node : nodes) {
      if (!node->op->gradient) continue;
      for (const Var& input : value_inputs(*node))
        if (flows_to(input)) dependent_.insert(node.get());
    }
  }

  bool flows_to(const Var& var) const {
    return is_float(var.dtype()) && (wanted_.count(var.node().get()) || dependent_.count(var.node().get()));
  }

  void accumulate(const Var& x, Var gradient) {
    if (!(gradient.shape() == x.shape())) gradient = sum_to(gradient, x.shape());
    if (gradient.dtype() != x.dtype()) gradient = cast(gradient, x.dtype());
    auto [found, fresh] = gradients_.emplace(place(x), gradient);
    if (!fresh) found->second = add(found->second, gradient);
  }

  void differentiate(const NodePointer& node) {
    Vars outputs, incoming;
    bool reached = false;
    for (size_t i = 0; i < node->outputs.size(); ++i) {
      outputs.emplace_back(node, int(i));
      auto found = gradients_.find({node.get(), int(i)});
      incoming.push_back(found == gradients_.end() ? Var() : found->second);
      reached |= incoming.back().defined();
    }
    if (!reached || !node->op->gradient) return;
    Derivative derivative{node->attributes, node->inputs, outputs, incoming, {}};
    for (const Var& input : node->inputs) derivative.needed.push_back(flows_to(input));
    Scope scope(Scope::Absolute{node->scope});
    const Vars results = node->op->gradient(derivative);
    for (size_t i = 0; i < results.size(); ++i)
      if (results[i].defined() && derivative.needed[i]) accumulate(node->inputs[i], results[i]);
  }

  std::unordered_set<const Node*> wanted_, dependent_;
  std::map<Place, Var> gradients_;
};

}  // namespace

Vars gradient(const Vars& ys, const Vars& seeds, const Vars& xs) {
  for (size_t i = 0; i < ys.size(); ++i) {
    if (!is_float(ys[i].dtype()))
      fail("the gradient of a value of type " + std::string(name(ys[i].dtype())) + " was asked for");
    if (!(ys[i].shape() == seeds[i].shape()))
      fail("the gradient of a value of shape " + ys[i].shape().text() + " was weighted by one of shape " +
           seeds[i].shape().text());
  }
  return ReverseWalk().run(ys, seeds, xs);
}

Vars gradient(const Var& y, const Vars& xs) {
  if (!is_float(y.dtype())) fail("the gradient of a value of type " + std::string(name(y.dtype())) + " was asked for");
  return gradient({y}, {ones_like(y)}, xs);
}

Var gradient(const Var& y, const Var& x) { return gradient(y, Vars{x})[0]; }

Vars gradient(const Var& y, const std::vector<Variable>& variables) {
  std::map<const VariableState*, size_t> index;
  for (size_t i = 0; i < variables.size(); ++i) index[variables[i].state().get()] = i;
  Vars reads;
  std::vector<size_t> owner;
  for (const NodePointer& node : reachable({y})) {
    if (node->op != &variable_op()) continue;
    auto found = index.find(node->attributes.as<VariableAttributes>().state.get());
    if (found == index.end()) continue;
    reads.emplace_back(node, 0);
    owner.push_back(found->second);
  }
  const Vars parts = gradient(y, reads);
  Vars out(variables.size());
  for (size_t i = 0; i < parts.size(); ++i) {
    Var& sum = out[owner[i]];
    sum = sum.defined() ? add(sum, parts[i]) : parts[i];
  }
  for (size_t i = 0; i < out.size(); ++i)
    if (!out[i].defined()) out[i] = zeros_like(variables[i]);
  return out;
}

}  // namespace cajal
