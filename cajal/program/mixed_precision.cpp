#include "cajal/program/mixed_precision.h"

#include <algorithm>
#include <map>
#include <set>

#include "cajal/ops/elementwise_attributes.h"
#include "cajal/ops/table.h"
#include "cajal/program/internal/patterns.h"

namespace cajal {
namespace {

bool is_any(const GraphNode& node, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), node.op->name) != names.end();
}

bool multiplies(const GraphNode& node) {
  return is_any(node, {"conv", "conv_input_gradient", "conv_kernel_gradient", "matmul"});
}

// Elements are only brought elsewhere, whatever their type.
bool moves(const GraphNode& node) { return is_any(node, {"reshape", "transpose", "concatenate", "slice"}); }

// Where a value may be replaced by its rounded self.
enum class Readers { all, products };

class Mixing {
 public:
  Mixing(Graph& graph, const std::vector<std::string>& float32_scopes)
      : graph_(graph), scopes_(float32_scopes), uses_(graph), readers_(graph.nodes.size()) {
    for (size_t i = 0; i < graph.nodes.size(); ++i)
      for (Value input : graph.nodes[i].inputs) readers_[size_t(input.node)].push_back(int(i));
  }

  void run() {
    const size_t count = graph_.nodes.size();  // casts are appended
    for (size_t i = 0; i < count; ++i) choose(int(i));
    if (!found_product_) return;
    for (size_t i = 0; i < count; ++i) rewire(int(i));
    sort_nodes(graph_);
    drop_dead_nodes(graph_);
  }

 private:
  const GraphNode& node(Value value) const { return graph_.nodes[size_t(value.node)]; }

  bool opted_out(const GraphNode& node) const {
    const std::string path = "/" + *node.scope + "/";
    return std::any_of(scopes_.begin(), scopes_.end(),
                       [&](const std::string& scope) { return path.find("/" + scope + "/") != std::string::npos; });
  }

  bool is_product(const GraphNode& node) const {
    return multiplies(node) && node.outputs[0].dtype == DType::float32 && !opted_out(node);
  }

  // ---------------------------------------------------------------------------------------------- choosing

  void choose(int id) {
    const GraphNode& at = graph_.nodes[size_t(id)];
    if (is_product(at)) {
      found_product_ = true;
      for (Value input : at.inputs) round(input);
    }
    if (opted_out(at)) return;
    if (is(at, "batch_norm_training")) round(at.inputs[0]), round(end_of_normalization({id, 0}));
    if (is(at, "batch_norm_gradient")) round(at.inputs[0]), round(before_mask_and_pooling(at.inputs[4]));
    if (is(at, "max_pool_with_index") && !is_normalized(at.inputs[0])) round(at.inputs[0]), round({id, 0});
    if (is_any(at, {"average_pool", "average_pool_gradient", "max_pool_gradient"})) round(at.inputs[0]);
    // Kept for the way back; and the gradient that comes in there.
    if (is_any(at, {"gelu", "gelu_slope"})) round(at.inputs[0]);
    for (const size_t side : {0, 1})
      if (is(at, "multiply") && is(node(at.inputs[1 - side]), "gelu_slope")) round(at.inputs[side]);
  }

  // The node that alone reads the value; null if there are several, or none.
  const GraphNode* only_reader(Value value) const {
    if (uses_(value) != 1) return nullptr;
    for (int id : readers_[size_t(value.node)]) {
      const auto& inputs = graph_.nodes[size_t(id)].inputs;
      if (std::find(inputs.begin(), inputs.end(), value) != inputs.end()) return &graph_.nodes[size_t(id)];
    }
    return nullptr;
  }

  static bool stands_behind_normalization(const GraphNode& node) {
    return relu_limit(node).has_value() || is_any(node, {"add", "max_pool_with_index"});
  }

  // Of normalized values, what relu, a sum and a pooling make of them, which the same pass can do.
  Value end_of_normalization(Value value) const {
    while (const GraphNode* next = only_reader(value)) {
      if (!stands_behind_normalization(*next)) break;
      value = {int(next - &graph_.nodes[0]), 0};
    }
    return value;
  }

  bool is_normalized(Value value) const {
    for (;; value = node(value).inputs[0]) {
      if (is(node(value), "batch_norm_training")) return true;
      if (is(node(value), "add") && is_normalized(node(value).inputs[1])) return true;
      if (!relu_limit(node(value)) && !is(node(value), "add")) return false;
      if (uses_(value) > 2) return false;  // the next pass, and relu's gradient
    }
  }

  // A normalization's gradient takes relu's and max pooling's in: what these read is stored.
  Value before_mask_and_pooling(Value dy) const {
    if (relu_gradient(graph_, node(dy))) dy = node(dy).inputs[1];
    if (is(node(dy), "max_pool_gradient")) dy = node(dy).inputs[0];
    return dy;
  }

  // What is only moved is rounded where it was made.
  void round(Value value) {
    if (graph_.spec(value).dtype != DType::float32) return;
    Value source = value;
    while (moves(node(source)) && node(source).inputs.size() == 1 && carries(node(node(source).inputs[0])))
      source = node(source).inputs[0];
    if (carries(node(source))) chosen_[source] = Readers::all;
    else chosen_.emplace(value, Readers::products);
  }

  // Whether the node's results flow from layer to layer, so that all of their readers may read them rounded.
  static bool carries(const GraphNode& node) {
    return multiplies(node) || moves(node) || node.op == &input_op() || node.op->pattern == Pattern::elementwise ||
           is_any(node, {"batch_norm_training", "batch_norm_gradient", "max_pool_with_index", "max_pool_gradient",
                         "average_pool", "average_pool_gradient", "pad", "pad_gradient", "mean_gradient", "take"});
  }

  // ---------------------------------------------------------------------------------------------- rewiring

  struct Rounded {
    Value narrow, wide;
    Readers readers;
  };

  void rewire(int id) {
    const bool product = is_product(graph_.nodes[size_t(id)]);
    if (move_narrow(id)) return;
    for (size_t i = 0; i < graph_.nodes[size_t(id)].inputs.size(); ++i) {
      const Value input = graph_.nodes[size_t(id)].inputs[i];
      const Rounded* rounded = rounded_self(input);
      if (rounded && (product || rounded->readers == Readers::all)) graph_.nodes[size_t(id)].inputs[i] = rounded->wide;
    }
  }

  // Rounded values are moved rounded; what is moved is then widened.
  bool move_narrow(int id) {
    if (!moves(graph_.nodes[size_t(id)]) || is_result({id, 0}) || opted_out(graph_.nodes[size_t(id)])) return false;
    std::vector<Value> narrow;
    for (Value input : graph_.nodes[size_t(id)].inputs) {
      const Rounded* rounded = rounded_self(input);
      if (!rounded || rounded->readers != Readers::all) return false;
      narrow.push_back(rounded->narrow);
    }
    graph_.nodes[size_t(id)].inputs = narrow;
    graph_.nodes[size_t(id)].outputs[0].dtype = DType::bfloat16;
    const Value wide = cast_of({id, 0}, DType::float32);
    made_[{id, 0}] = {{id, 0}, wide, Readers::all};
    return true;
  }

  bool is_result(Value value) const {
    return std::find(graph_.outputs.begin(), graph_.outputs.end(), value) != graph_.outputs.end() ||
           std::any_of(graph_.assignments.begin(), graph_.assignments.end(),
                       [&](const Assignment& assignment) { return assignment.value == value; });
  }

  // The casts behind a value that was chosen, made when first asked for; null for the others.
  const Rounded* rounded_self(Value value) {
    if (const auto known = made_.find(value); known != made_.end()) return &known->second;
    const auto chosen = chosen_.find(value);
    if (chosen == chosen_.end()) return nullptr;
    const Value narrow = cast_of(value, DType::bfloat16);
    return &(made_[value] = {narrow, cast_of(narrow, DType::float32), chosen->second});
  }

  Value cast_of(Value value, DType type) {
    return graph_.add(*find_op("cast"), Attributes(CastAttributes{type}), {value}, node(value).scope);
  }

  Graph& graph_;
  const std::vector<std::string>& scopes_;
  Uses uses_;
  std::vector<std::vector<int>> readers_;
  bool found_product_ = false;
  std::map<Value, Readers> chosen_;
  std::map<Value, Rounded> made_;
};

}  // namespace

void mix_precision(Graph& graph, const std::vector<std::string>& float32_scopes) {
  Mixing(graph, float32_scopes).run();
}

}  // namespace cajal
