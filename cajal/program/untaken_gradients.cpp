// A branch that is not taken gets a gradient of zeros, and all that is made of it is zeros too: sums leave it out.
//
// `where(training(), a, b)` with training() known: the gradient of b is where(true, 0, dy), of the full size. What it
// is multiplied with does not matter: through a branch that is not taken flows nothing, not even the product of 0 and
// infinity.
#include <string_view>
#include <vector>

#include "cajal/graph/replace.h"
#include "cajal/program/fused.h"
#include "cajal/program/internal/patterns.h"

namespace cajal {
namespace {

class UntakenGradients {
 public:
  explicit UntakenGradients(Graph& graph) : graph_(graph), zero_(graph.nodes.size()), replacement_(graph) {}

  void run() {
    for (size_t i = 0; i < graph_.nodes.size(); ++i) {
      GraphNode& node = graph_.nodes[i];
      for (Value& input : node.inputs) input = replacement_(input);
      if (node.outputs.size() != 1) continue;
      zero_[i] = is_zero(node);
      if (const Value same = other_summand(node); same.node >= 0) replacement_.set({int(i), 0}, same);
    }
    replacement_.apply_to_results();
    drop_dead_nodes(graph_);
  }

 private:
  bool known(Value value) const { return zero_[size_t(value.node)]; }

  // The untaken side of a choice that is made.
  bool starts(const GraphNode& node) const {
    const Tensor condition = constant_value(graph_, node.inputs[0]);
    if (!condition.defined() || condition.size() != 1) return false;
    const Value chosen = node.inputs[condition.item() != 0 ? 1 : 2];
    return known(chosen) || is_constant(graph_, chosen, 0);
  }

  bool is_zero(const GraphNode& node) const {
    const std::string_view name = node.op->name;
    if (name == "where") return starts(node);
    if (name == "multiply") return known(node.inputs[0]) || known(node.inputs[1]);
    if (name == "add" || name == "subtract") return known(node.inputs[0]) && known(node.inputs[1]);
    for (const char* keeps : {"negative", "sum", "mean", "mean_gradient", "reshape", "cast", "transpose",
                              "broadcast_to", "divide", "slice"})
      if (name == keeps) return known(node.inputs[0]);
    return false;
  }

  Value other_summand(const GraphNode& node) const {
    const bool sum = node.op->name == "add", difference = node.op->name == "subtract";
    auto whole = [&](Value value) { return graph_.spec(value) == node.outputs[0]; };
    if ((sum || difference) && known(node.inputs[1]) && whole(node.inputs[0])) return node.inputs[0];
    if (sum && known(node.inputs[0]) && whole(node.inputs[1])) return node.inputs[1];
    return {};
  }

  Graph& graph_;
  std::vector<bool> zero_;
  Replacement replacement_;
};

}  // namespace

void drop_untaken_gradients(Graph& graph) { UntakenGradients(graph).run(); }

}  // namespace cajal
