// Transpositions as late as they can be, so that those which undo each other meet.
//
// Layers that take channels first turn their input and turn their result back. Between two of them stand activations,
// normalizations, sums: ops that do as well with the axes in another order. A transposition moves past those, and where
// its opposite stands both are gone. What is left turns once at each end of a network.
#include <algorithm>
#include <functional>
#include <map>
#include <optional>

#include "cajal/graph/graph.h"
#include "cajal/ops/normalization_attributes.h"
#include "cajal/ops/reduction_attributes.h"
#include "cajal/ops/shape_attributes.h"
#include "cajal/program/fused.h"

namespace cajal {

const Op& transpose_op();
const Op& reshape_op();

namespace {

using Order = std::vector<int>;

Order inverse_order(const Order& order) {
  Order out(order.size());
  for (size_t i = 0; i < order.size(); ++i) out[size_t(order[i])] = int(i);
  return out;
}

Shape reordered(const Shape& shape, const Order& order) {
  Shape out;
  for (int axis : order) out.push_back(shape[axis]);
  return out;
}

/// How an op does the same with its axes in another order.
struct Turned {
  Attributes attributes;
  std::vector<bool> inputs, outputs;  ///< which of them have the axes; the others are as they were
};
using Rule = std::optional<Turned> (*)(const GraphNode&, const Order&);

// Of one kept axis the parameters are the same in any order.
std::optional<NormalizationAttributes> turned_normalization(const GraphNode& node, const Order& order) {
  NormalizationAttributes out = node.attributes.as<NormalizationAttributes>();
  if (out.axes.size() + 1 != order.size()) return {};
  for (int& axis : out.axes) axis = order[size_t(axis)];
  std::sort(out.axes.begin(), out.axes.end());
  return out;
}

std::optional<Turned> batch_norm(const GraphNode& node, const Order& order) {
  const auto attributes = turned_normalization(node, order);
  if (!attributes) return {};
  return Turned{Attributes(*attributes), {true, false, false}, {true, false, false, false}};
}

std::optional<Turned> batch_norm_gradient(const GraphNode& node, const Order& order) {
  const auto attributes = turned_normalization(node, order);
  if (!attributes) return {};
  return Turned{Attributes(*attributes), {true, false, false, false, true}, {true, false, false}};
}

// With the axes kept, or none of them left.
std::optional<Turned> reduction(const GraphNode& node, const Order& order) {
  ReductionAttributes out = node.attributes.as<ReductionAttributes>();
  if (!out.keepdims && !out.axes.empty() && out.axes.size() + 1 < order.size()) return {};
  for (int& axis : out.axes) axis = order[size_t(axis < 0 ? axis + int(order.size()) : axis)];
  std::sort(out.axes.begin(), out.axes.end());
  return Turned{Attributes(out), {true}, {out.keepdims}};
}

std::optional<Turned> joined(const GraphNode& node, const Order& order) {
  AxisAttributes out = node.attributes.as<AxisAttributes>();
  out.axis = order[size_t(out.axis)];
  return Turned{Attributes(out), std::vector<bool>(node.inputs.size(), true), {true}};
}

std::optional<Turned> cut(const GraphNode& node, const Order& order) {
  SplitAttributes out = node.attributes.as<SplitAttributes>();
  out.axis = order[size_t(out.axis)];
  return Turned{Attributes(out), {true}, std::vector<bool>(node.outputs.size(), true)};
}

std::optional<Turned> padded(const GraphNode& node, const Order& order) {
  const PadAttributes& given = node.attributes.as<PadAttributes>();
  PadAttributes out = given;
  for (size_t axis = 0; axis < order.size(); ++axis) {
    out.low[size_t(order[axis])] = given.low[axis];
    out.high[size_t(order[axis])] = given.high[axis];
  }
  return Turned{Attributes(out), {true}, {true}};
}

std::optional<Turned> sliced(const GraphNode& node, const Order& order) {
  const SliceAttributes& given = node.attributes.as<SliceAttributes>();
  const Slice whole;
  SliceAttributes out;
  out.starts.assign(order.size(), whole.start), out.stops.assign(order.size(), whole.stop);
  out.steps.assign(order.size(), whole.step);
  for (size_t axis = 0; axis < given.starts.size(); ++axis) {
    const size_t at = size_t(order[axis]);
    out.starts[at] = given.starts[axis], out.stops[at] = given.stops[axis], out.steps[at] = given.steps[axis];
  }
  return Turned{Attributes(out), {true}, {true}};
}

const std::map<std::string_view, Rule>& rules() {
  static const std::map<std::string_view, Rule> table = {
      {"batch_norm_training", batch_norm},
      {"batch_norm_gradient", batch_norm_gradient},
      {"sum", reduction},
      {"mean", reduction},
      {"max", reduction},
      {"concatenate", joined},
      {"split", cut},
      {"pad", padded},
      {"slice", sliced},
  };
  return table;
}

class Turning {
 public:
  explicit Turning(const Graph& graph) : graph_(graph) {}

  Graph run() {
    for (size_t i = 0; i < graph_.nodes.size(); ++i) {
      const GraphNode& node = graph_.nodes[i];
      if (!(node.op == &transpose_op()                 ? transposition(i)
            : node.op->pattern == Pattern::elementwise ? element_by_element(i)
                                                       : by_rule(i)))
        copy(i);
    }
    for (int input : graph_.inputs) out_.inputs.push_back(now_[{input, 0}].node);
    for (Value output : graph_.outputs) out_.outputs.push_back(now_[output]);
    for (const Assignment& assignment : graph_.assignments)
      out_.assignments.push_back({assignment.variable, now_[assignment.value]});
    return std::move(out_);
  }

 private:
  const GraphNode& maker(Value value) const { return out_.nodes[size_t(value.node)]; }
  /// The order in which a value was transposed; empty where it was not.
  Order order_of(Value value) const {
    const GraphNode& node = maker(value);
    return node.op == &transpose_op() ? node.attributes.as<TransposeAttributes>().axes : Order();
  }

  Value transposed(Value value, const Order& order, const std::string* scope) {
    const Order before = order_of(value);
    Order both = order;
    if (!before.empty())
      for (int& axis : both) axis = before[size_t(axis)];
    const Value from = before.empty() ? value : maker(value).inputs[0];
    if (std::is_sorted(both.begin(), both.end())) return from;
    return out_.add(transpose_op(), Attributes(TransposeAttributes{both}), {from}, scope);
  }

  void copy(size_t i) {
    GraphNode node = graph_.nodes[i];
    for (Value& input : node.inputs) input = now_[input];
    out_.nodes.push_back(std::move(node));
    for (size_t output = 0; output < graph_.nodes[i].outputs.size(); ++output)
      now_[{int(i), int(output)}] = {int(out_.nodes.size()) - 1, int(output)};
  }

  bool transposition(size_t i) {
    const GraphNode& node = graph_.nodes[i];
    now_[{int(i), 0}] = transposed(now_[node.inputs[0]], node.attributes.as<TransposeAttributes>().axes, node.scope);
    return true;
  }

  /// The order that the inputs marked share; empty where they do not.
  Order shared_order(const GraphNode& node, const std::vector<bool>& marked) const {
    Order shared;
    for (size_t input = 0; input < node.inputs.size(); ++input) {
      if (!marked[input]) continue;
      const Order order = order_of(now_.at(node.inputs[input]));
      if (order.empty() || (!shared.empty() && order != shared)) return {};
      shared = order;
    }
    return shared;
  }

  /// Adds the node on untransposed inputs, and what makes of its marked outputs what they were.
  void add_turned(size_t i, Turned turned, std::vector<Value> inputs, const Order& order) {
    const GraphNode& node = graph_.nodes[i];
    GraphNode now = node;
    now.attributes = std::move(turned.attributes);
    now.inputs = std::move(inputs);
    for (size_t output = 0; output < node.outputs.size(); ++output)
      if (turned.outputs[output])
        now.outputs[output].shape = reordered(node.outputs[output].shape, inverse_order(order));
    out_.nodes.push_back(std::move(now));
    const int made = int(out_.nodes.size()) - 1;
    for (size_t output = 0; output < node.outputs.size(); ++output) {
      const Value value{made, int(output)};
      now_[{int(i), int(output)}] = turned.outputs[output] ? transposed(value, order, node.scope) : value;
    }
  }

  bool by_rule(size_t i) {
    const GraphNode& node = graph_.nodes[i];
    const auto rule = rules().find(node.op->name);
    if (rule == rules().end() || node.inputs.empty()) return false;
    Order order = order_of(now_[node.inputs[0]]);
    if (order.empty()) return false;
    auto turned = rule->second(node, order);
    if (!turned || shared_order(node, turned->inputs) != order) return false;
    std::vector<Value> inputs;
    for (size_t input = 0; input < node.inputs.size(); ++input) {
      const Value value = now_[node.inputs[input]];
      inputs.push_back(turned->inputs[input] ? maker(value).inputs[0] : value);
    }
    add_turned(i, std::move(*turned), std::move(inputs), order);
    return true;
  }

  bool element_by_element(size_t i) {
    const GraphNode& node = graph_.nodes[i];
    Order order;
    std::vector<Value> inputs;
    for (Value input : node.inputs) {
      const Order own = order_of(now_[input]);
      if (int(own.size()) != node.outputs[0].shape.rank()) continue;
      if (!order.empty() && own != order) return false;
      order = own;
    }
    if (order.empty() || node.outputs.size() != 1) return false;
    for (Value input : node.inputs)
      if (order_of(now_[input]) != order && !is_small(graph_.spec(input).shape, node.outputs[0].shape)) return false;
    for (Value input : node.inputs) inputs.push_back(untransposed(now_[input], order, node.scope));
    add_turned(i, {node.attributes, {}, {true}}, std::move(inputs), order);
    return true;
  }

  /// Whether a value is repeated so often along the axes of the result that turning it costs nothing to speak of.
  static bool is_small(const Shape& shape, const Shape& result) {
    int64_t repeated = 1;
    for (int axis = 1; axis <= result.rank(); ++axis) {
      const bool has = axis <= shape.rank() && !(shape[-axis] == 1);
      if (!has) repeated *= result[-axis].factor();
    }
    return repeated >= 4 || shape.size() == 1;
  }

  Value untransposed(Value value, const Order& order, const std::string* scope) {
    if (order_of(value) == order) return maker(value).inputs[0];
    Shape shape = out_.spec(value).shape;
    if (shape.size() == 1) return shape.rank() == 0 ? value : reshaped(value, Shape(), scope);
    while (shape.rank() < int(order.size())) shape.insert(0, 1);
    // Where the axes that are more than 1 long stay in their order, nothing moves.
    const Order back = inverse_order(order);
    Order long_axes;
    for (int axis : back)
      if (!(shape[axis] == 1)) long_axes.push_back(axis);
    if (std::is_sorted(long_axes.begin(), long_axes.end())) return reshaped(value, reordered(shape, back), scope);
    return transposed(reshaped(value, shape, scope), back, scope);
  }

  Value reshaped(Value value, const Shape& shape, const std::string* scope) {
    if (out_.spec(value).shape == shape) return value;
    return out_.add(reshape_op(), Attributes(ReshapeAttributes{shape}), {value}, scope);
  }

  const Graph& graph_;
  Graph out_;
  std::map<Value, Value> now_;
};

// How much is moved by transpositions, symbols counted as 1.
int64_t moved(const Graph& graph) {
  int64_t total = 0;
  for (const GraphNode& node : graph.nodes) {
    if (node.op != &transpose_op()) continue;
    int64_t size = 1;
    for (const Dim& dim : node.outputs[0].shape) size *= dim.factor();
    total += size;
  }
  return total;
}

}  // namespace

void turn_once(Graph& graph) {
  const int64_t before = moved(graph);
  if (before == 0) return;
  Graph turned = Turning(graph).run();
  drop_dead_nodes(turned);
  if (moved(turned) >= before) return;
  graph = std::move(turned);
  fold_constants(graph);  // the reshaped parameters among them
  simplify(graph);
  merge_equal_nodes(graph);
  drop_dead_nodes(graph);
}

}  // namespace cajal
