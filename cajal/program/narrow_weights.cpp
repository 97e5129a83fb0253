// Weights that are kept rounded to bfloat16 beside themselves, by the kernels that update them.
#include <algorithm>
#include <map>

#include "cajal/graph/replace.h"
#include "cajal/program/internal/candidates.h"
#include "cajal/program/internal/patterns.h"
#include "cajal/program/mixed_precision.h"

namespace cajal {
namespace {

class NarrowWeights {
 public:
  NarrowWeights(Graph& graph, std::span<const Backend* const> backends, int threads)
      : graph_(graph), backends_(backends), threads_(threads), replacement_(graph) {
    for (size_t i = 0; i < graph.nodes.size(); ++i) {
      const GraphNode& node = graph.nodes[i];
      if (!is(node, "cast") || node.outputs[0].dtype != DType::bfloat16) continue;
      if (const auto read = variable_read(node.inputs[0])) casts_[read].push_back(int(i));
    }
  }

  std::vector<NarrowCopy> run() {
    std::map<int, std::vector<Variable>> updated;  // by which node, in the order of its outputs
    for (const Assignment& assignment : graph_.assignments) updated[assignment.value.node];
    for (auto& [node, weights] : updated) weights = updated_by(node);
    for (const auto& [node, weights] : updated) keep_copies(node, weights);
    if (copies_.empty()) return {};
    for (GraphNode& node : graph_.nodes)
      for (Value& input : node.inputs) input = replacement_(input);
    sort_nodes(graph_);
    drop_dead_nodes(graph_);
    return copies_;
  }

 private:
  // What a node reads that reads a Variable: as it is before the run. Null for other nodes.
  std::shared_ptr<VariableState> variable_read(Value value) const {
    const GraphNode& node = graph_.nodes[size_t(value.node)];
    return node.op == &variable_op() ? node.attributes.as<VariableAttributes>().state : nullptr;
  }

  // The Variables that stand first among the node's operands and take its first results.
  std::vector<Variable> updated_by(int id) const {
    std::vector<Variable> out;
    const GraphNode& node = graph_.nodes[size_t(id)];
    for (size_t i = 0; i < node.inputs.size(); ++i) {
      const auto takes = std::find_if(graph_.assignments.begin(), graph_.assignments.end(), [&](auto& one) {
        return one.value == Value{id, int(i)};
      });
      if (takes == graph_.assignments.end() || takes->variable.state() != variable_read(node.inputs[i])) break;
      out.push_back(takes->variable);
    }
    return out;
  }

  // More results of the update: for each weight its rounded self, of no elements where nobody reads it so.
  void keep_copies(int id, const std::vector<Variable>& weights) {
    GraphNode update = graph_.nodes[size_t(id)];
    const size_t first = update.outputs.size();
    bool wanted = false;
    for (size_t i = 0; i < weights.size(); ++i) {
      const bool read = casts_.count(weights[i].state()) > 0;
      update.outputs.push_back({read ? weights[i].shape() : Shape{0}, DType::bfloat16});
      wanted = wanted || read;
    }
    if (!wanted || !can(update)) return;
    graph_.nodes[size_t(id)] = update;
    for (size_t i = 0; i < weights.size(); ++i)
      if (const auto casts = casts_.find(weights[i].state()); casts != casts_.end())
        keep_copy(weights[i], casts->second, {id, int(first + i)});
  }

  bool can(const GraphNode& update) const {
    KernelQuery query{update, {}, threads_};
    for (Value input : update.inputs) query.inputs.push_back(graph_.spec(input));
    return !candidates(query, backends_).empty();
  }

  // What was rounded at every run is read.
  void keep_copy(const Variable& weight, const std::vector<int>& casts, Value rounded) {
    const Variable copy(Tensor(weight.shape(), DType::bfloat16), {weight.name() + ", rounded", false});
    const Value read = graph_.add(variable_op(), Attributes(VariableAttributes{copy.state()}), {},
                                  graph_.nodes[size_t(casts[0])].scope);
    for (int cast : casts) replacement_.set({cast, 0}, read);
    graph_.assignments.push_back({copy, rounded});
    copies_.push_back({weight, copy});
  }

  Graph& graph_;
  std::span<const Backend* const> backends_;
  int threads_;
  Replacement replacement_;
  std::map<std::shared_ptr<VariableState>, std::vector<int>> casts_;  // to bfloat16, of each Variable
  std::vector<NarrowCopy> copies_;
};

}  // namespace

std::vector<NarrowCopy> keep_narrow_weights(Graph& graph, std::span<const Backend* const> backends, int threads) {
  return NarrowWeights(graph, backends, threads).run();
}

}  // namespace cajal
