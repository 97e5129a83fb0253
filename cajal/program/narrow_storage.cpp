// Casts to and from bfloat16 taken in by the kernels beside them.
#include <algorithm>
#include <map>

#include "cajal/graph/replace.h"
#include "cajal/program/internal/candidates.h"
#include "cajal/program/internal/patterns.h"
#include "cajal/program/mixed_precision.h"

namespace cajal {
namespace {

class NarrowStorage {
 public:
  NarrowStorage(Graph& graph, std::span<const Backend* const> backends, int threads, Fusion fusion)
      : graph_(graph), backends_(backends), threads_(threads), fusion_(fusion), uses_(graph), replacement_(graph) {
    for (size_t i = 0; i < graph.nodes.size(); ++i)
      if (is(graph.nodes[i], "cast") && graph.nodes[i].outputs[0].dtype == DType::bfloat16)
        narrowings_[graph.nodes[i].inputs[0]].push_back(int(i));
  }

  void run() {
    for (size_t i = 0; i < graph_.nodes.size(); ++i)
      if (has_mixed_kernel(*graph_.nodes[i].op)) take_casts(int(i));
    for (GraphNode& node : graph_.nodes)
      for (Value& input : node.inputs) input = replacement_(input);
    replacement_.apply_to_results();
    sort_nodes(graph_);
    drop_dead_nodes(graph_);
  }

 private:
  // One operand that might be bfloat16: input `index`, or output `index`.
  struct Place {
    bool output;
    size_t index;
  };

  bool has_mixed_kernel(const Op& op) const {
    for (const Backend* backend : backends_)
      for (const Kernel& kernel : backend->kernels)
        if (kernel.mixed && kernel.op == op.name) return true;
    return false;
  }

  // All of them, else all inputs, else all but one (weights, mostly), else as many as will do, one by one.
  void take_casts(int id) {
    const std::vector<Place> all = places(id);
    if (all.empty()) return;
    std::vector<std::vector<Place>> sets{all, {}};
    for (const Place& place : all)
      if (!place.output) sets[1].push_back(place);
    for (size_t i = 0; i < all.size(); ++i) {
      sets.push_back(all);
      sets.back().erase(sets.back().begin() + std::ptrdiff_t(i));
    }
    for (const auto& those : sets)
      if (!those.empty() && can(id, those)) return take(id, those);
    std::vector<Place> some;
    for (const Place& place : all) {
      some.push_back(place);
      if (!can(id, some)) some.pop_back();
    }
    if (!some.empty()) take(id, some);
  }

  std::vector<Place> places(int id) const {
    std::vector<Place> out;
    const GraphNode& node = graph_.nodes[size_t(id)];
    for (size_t i = 0; i < node.inputs.size(); ++i)
      if (is_widening(graph_, graph_.nodes[size_t(node.inputs[i].node)])) out.push_back({false, i});
    if (fusion_ == Fusion::full)
      for (size_t i = 0; i < node.outputs.size(); ++i)
        if (narrowing_of({id, int(i)}) >= 0) out.push_back({true, i});
    return out;
  }

  // The cast to bfloat16 that alone reads the value; -1: there is none.
  int narrowing_of(Value value) const {
    const auto found = narrowings_.find(value);
    const bool alone = found != narrowings_.end() && found->second.size() == 1 && uses_(value) == 1;
    return alone ? found->second[0] : -1;
  }

  // Whether a kernel should carry out the call with these operands narrow.
  bool can(int id, const std::vector<Place>& places) const {
    GraphNode node = graph_.nodes[size_t(id)];
    for (const Place& place : places)
      if (place.output) node.outputs[place.index].dtype = DType::bfloat16;
    KernelQuery query{node, {}, threads_};
    for (Value input : node.inputs) query.inputs.push_back(graph_.spec(input));
    for (const Place& place : places)
      if (!place.output) query.inputs[place.index].dtype = DType::bfloat16;
    const std::vector<Candidate> those = candidates(query, backends_);
    return std::any_of(those.begin(), those.end(), [&](const Candidate& one) { return should(one, query); });
  }

  void take(int id, const std::vector<Place>& places) {
    GraphNode& node = graph_.nodes[size_t(id)];
    for (const Place& place : places) {
      if (!place.output) {
        node.inputs[place.index] = graph_.nodes[size_t(node.inputs[place.index].node)].inputs[0];
        continue;
      }
      const Value value{id, int(place.index)};
      node.outputs[place.index].dtype = DType::bfloat16;
      replacement_.set({narrowing_of(value), 0}, value);
    }
  }

  Graph& graph_;
  std::span<const Backend* const> backends_;
  int threads_;
  Fusion fusion_;
  Uses uses_;
  Replacement replacement_;
  std::map<Value, std::vector<int>> narrowings_;  // the casts to bfloat16 of each value
};

}  // namespace

void store_narrow(Graph& graph, std::span<const Backend* const> backends, int threads, Fusion fusion) {
  NarrowStorage(graph, backends, threads, fusion).run();
}

void widen_at_readers(Graph& graph) {
  const size_t count = graph.nodes.size();
  const Uses uses(graph);
  for (size_t i = 0; i < count; ++i) {
    if (graph.nodes[i].op->pattern != Pattern::elementwise) continue;
    for (size_t k = 0; k < graph.nodes[i].inputs.size(); ++k) {
      const Value input = graph.nodes[i].inputs[k];
      if (!is_widening(graph, graph.nodes[size_t(input.node)]) || uses(input) < 2) continue;
      const GraphNode copy = graph.nodes[size_t(input.node)];
      graph.nodes[i].inputs[k] = {int(graph.nodes.size()), 0};
      graph.nodes.push_back(copy);
    }
  }
  if (graph.nodes.size() == count) return;
  sort_nodes(graph);
  drop_dead_nodes(graph);
}

}  // namespace cajal
