// Graph: a list of nodes, as data. What is compiled, printed, drawn, exported and stepped through.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cajal/graph/op.h"
#include "cajal/graph/variable.h"

namespace cajal {

/// One node of a Graph. Its inputs stand before it in the list.
struct GraphNode {
  const Op* op = nullptr;
  Attributes attributes;
  std::vector<Value> inputs;
  Specs outputs;
  const std::string* scope = nullptr;
  uint64_t random_id = 0;
};

/// A Variable and the value that it holds when the run is over.
struct Assignment {
  Variable variable;
  Value value;
};

/// A recorded function as a plain list of nodes in an order in which they can be run.
struct Graph {
  std::vector<GraphNode> nodes;
  std::vector<int> inputs;  ///< nodes of op `input`, in the caller's order
  std::vector<Value> outputs;
  std::vector<Assignment> assignments;  ///< at most one per Variable

  /// What `outputs` and `effects` depend on, in the order of recording. Reads of a Variable are resolved to the
  /// version in force where they were recorded. Throws Error where a placeholder is missing among `inputs`.
  static Graph of(const Vars& inputs, const Vars& outputs, const Vars& effects = {});

  const Spec& spec(Value value) const { return nodes[size_t(value.node)].outputs[size_t(value.output)]; }
  /// Appends a node: checks and infers as recording does.
  Value add(const Op& op, Attributes attributes, std::vector<Value> inputs, const std::string* scope = nullptr);
  /// How many times each node's outputs are read, by nodes, outputs and assignments.
  std::vector<int> use_counts() const;
};

/// Records again what `outputs` depend on, with `inputs` replaced: a model called on a new value, an image of another
/// size. Shapes are inferred afresh; assignments are recorded as effects.
Vars replay(const Vars& outputs, const Vars& inputs, const Vars& replacements);

/// All nodes that `roots` depend on, in the order of recording.
std::vector<std::shared_ptr<const Node>> reachable(const Vars& roots);

/// The gradient of the sum of `y` with respect to each of `xs`: ordinary nodes, appended. Zeros where y does not
/// depend on x. Throws Error where y is not of a float type.
Vars gradient(const Var& y, const Vars& xs);
/// With respect to one value.
Var gradient(const Var& y, const Var& x);
/// With respect to Variables: over all the places where `y` read them.
Vars gradient(const Var& y, const std::vector<Variable>& variables);
/// Vector-Jacobian product: `ys` weighted by `seeds` (same shapes).
Vars gradient(const Vars& ys, const Vars& seeds, const Vars& xs);

/// Runs a graph with the reference kernels, node by node: the oracle. Slow, allocates, needs concrete shapes (symbols
/// are learned from the inputs). Assignments are not carried out; their values are appended to the outputs.
/// `trace`, if given, receives every node's outputs.
std::vector<Tensor> evaluate(const Graph& graph, const std::vector<Tensor>& inputs, Run* run = nullptr,
                             std::vector<std::vector<Tensor>>* trace = nullptr);
/// The same graph with all of its float32 (and smaller float) values in double.
Graph in_double(const Graph& graph);

// ------------------------------------------------------------------------------------------------ rewrites

/// Passes over a Graph; each leaves an equivalent one. A new pass is a file in graph/rewrites/ and a line here.
void fold_training(Graph& graph, bool training);  ///< `training()` becomes a constant
void fold_constants(Graph& graph);                ///< nodes of constants become constants
void simplify(Graph& graph);                      ///< by each op's own rule: x * 1, select by a constant, ...
void merge_equal_nodes(Graph& graph);             ///< common subexpressions (never random ones)
void drop_dead_nodes(Graph& graph);               ///< what no output and no assignment needs
void drop_passing_nodes(Graph& graph);            ///< identity and stop_gradient, which only bodies still have
void bind_symbols(Graph& graph, const Bindings& bindings);  ///< every shape becomes concrete
/// All of them, in the order that works.
void rewrite(Graph& graph, bool training);

// ------------------------------------------------------------------------------------------------ printing

/// One line per node: "%3 = matmul(%1, %2) float32 [batch, 10]   sequential/dense".
std::string text(const Graph& graph);
/// Graphviz DOT, clustered by scope.
std::string dot(const Graph& graph);

/// The structural ops, which a program carries out itself.
const Op& input_op();
/// A tensor that never changes.
const Op& constant_op();
/// Reads storage that outlives the run.
const Op& variable_op();
/// True while training, false otherwise.
const Op& training_op();
/// The value that storage takes.
const Op& assign_op();
/// A value whose computing carries out assignments.
const Op& after_op();
/// The same value.
const Op& identity_op();
/// The same value, through which no gradient flows.
const Op& stop_gradient_op();

/// Attributes of the structural ops.
struct InputAttributes {
  std::string label;
  Spec spec;
  template <class V>
  void fields(V& v) const {
    v("name", label);
  }
};
/// Of `constant`.
struct ConstantAttributes {
  Tensor value;
  bool weak = false;
  /// The type on the graph, if it is not that of `value`: a C++ number keeps its digits for when the graph runs in
  /// double.
  std::optional<DType> type = {};
  template <class V>
  void fields(V& v) const {
    v("value", type ? value.cast(*type) : value);
  }
};
/// Of `variable` and `assign`: whose storage it is.
struct VariableAttributes {
  std::shared_ptr<VariableState> state;
  template <class V>
  void fields(V& v) const {
    v("variable", state);
  }
};
/// Of `training`: false where the layer that asks is frozen.
struct TrainingAttributes {
  std::shared_ptr<const bool> trainable;
};

/// The value of a constant node; an undefined Tensor for any other.
Tensor constant_value(const Graph& graph, Value value);

}  // namespace cajal
