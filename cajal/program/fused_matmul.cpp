// Matmul with what usually stands beside it: the bias and activation of a dense layer, relu's gradient, the bias
// gradient.
#include <algorithm>
#include <set>

#include "cajal/graph/replace.h"
#include "cajal/ops/linear_algebra_attributes.h"
#include "cajal/ops/table.h"
#include "cajal/program/fused.h"
#include "cajal/program/internal/patterns.h"

namespace cajal {
namespace {

struct FusedMatmulOp : FusedMatmul {
  static constexpr std::string_view name = "fused_matmul";
  static constexpr std::string_view summary = "A matrix product with bias, relu, relu's gradient or column sums.";

  Specs infer(std::span<const Spec> in) const {
    const Shape &a = in[0].shape, &b = in[1].shape;
    const Dim m = transpose_a ? a[1] : a[0], n = transpose_b ? b[0] : b[1];
    Specs out{Spec{{m, n}, in[0].dtype}};
    if (column_sums) out.push_back(Spec{{n}, in[0].dtype});
    return out;
  }

  template <class T>
  void reference(const Call& call) const {
    const Operand &a = call.in[0], &b = call.in[1];
    const int64_t m = call.out[0].dim(0), n = call.out[0].dim(1), k = transpose_a ? a.dim(0) : a.dim(1);
    const T* bias_values = bias ? call.in[2].as<T>() : nullptr;
    const T* mask_values = mask ? call.in[bias ? 3 : 2].as<T>() : nullptr;
    for (int64_t i = 0; i < m; ++i)
      for (int64_t j = 0; j < n; ++j) {
        double sum = 0;
        for (int64_t p = 0; p < k; ++p)
          sum += double(a.as<T>()[transpose_a ? p * m + i : i * k + p]) *
                 double(b.as<T>()[transpose_b ? j * k + p : p * n + j]);
        if (bias_values) sum += double(bias_values[j]);
        if (relu) sum = sum < 0 ? 0 : sum;
        if (mask_values && !(double(mask_values[i * n + j]) > 0)) sum = 0;
        call.out[0].as<T>()[i * n + j] = T(sum);
      }
    if (!column_sums) return;
    for (int64_t j = 0; j < n; ++j) {
      double sum = 0;
      for (int64_t p = 0; p < k; ++p) sum += double(b.as<T>()[p * n + j]);
      call.out[1].as<T>()[j] = T(sum);
    }
  }
};

// Looks for the patterns round each product and rewrites the nodes in place; dead ones are dropped at the end.
class MatmulFusion {
 public:
  MatmulFusion(Graph& graph, Fusion fusion)
      : graph_(graph), fusion_(fusion), uses_(graph.use_counts()), replacement_(graph) {}

  void run() {
    for (size_t i = 0; i < graph_.nodes.size(); ++i)
      if (is(graph_.nodes[i], "matmul") && plain(graph_.nodes[i])) become_fused(int(i));
    for (size_t i = 0; i < graph_.nodes.size(); ++i) {
      for (Value& input : graph_.nodes[i].inputs) input = replacement_(input);
      if (fusion_ == Fusion::full) take_bias(int(i)) || take_relu(int(i)) || take_mask(int(i));
    }
    for (size_t i = 0; i < graph_.nodes.size(); ++i) {
      for (Value& input : graph_.nodes[i].inputs) input = replacement_(input);
      take_column_sums(int(i));
    }
    for (GraphNode& node : graph_.nodes)
      for (Value& input : node.inputs) input = replacement_(input);
    replacement_.apply_to_results();
    sort_nodes(graph_);
    drop_dead_nodes(graph_);
  }

 private:
  GraphNode& node(Value value) { return graph_.nodes[size_t(value.node)]; }
  FusedMatmul options(int id) const { return graph_.nodes[size_t(id)].attributes.as<FusedMatmul>(); }

  bool plain(const GraphNode& product) const {
    return product.outputs[0].dtype == DType::float32 && product.outputs[0].shape.rank() == 2 &&
           graph_.spec(product.inputs[0]).shape.rank() == 2 && graph_.spec(product.inputs[1]).shape.rank() == 2;
  }

  void become_fused(int id) {
    GraphNode& product = graph_.nodes[size_t(id)];
    const auto& flags = product.attributes.as<MatmulAttributes>();
    FusedMatmul fused;
    fused.transpose_a = flags.transpose_a;
    fused.transpose_b = flags.transpose_b;
    product.op = &fused_matmul_op();
    product.attributes = Attributes(fused);
  }

  // A product that only the node at hand reads, so that its own result need not exist.
  int private_product(Value value) {
    const GraphNode& source = node(value);
    const bool usable = source.op == &fused_matmul_op() && value.output == 0 && uses_[size_t(value.node)] == 1;
    return usable ? value.node : -1;
  }

  // The node at hand becomes the product, so that all its inputs stand before it.
  void absorb(int id, int product, FusedMatmul fused, std::vector<Value> inputs) {
    GraphNode& host = graph_.nodes[size_t(id)];
    host.op = &fused_matmul_op();
    host.scope = graph_.nodes[size_t(product)].scope;
    host.attributes = Attributes(fused);
    host.inputs = std::move(inputs);
  }

  bool take_bias(int id) {
    const GraphNode& sum = graph_.nodes[size_t(id)];
    if (!is(sum, "add") || sum.outputs[0].dtype != DType::float32) return false;
    for (int side : {0, 1}) {
      const int product = private_product(sum.inputs[size_t(side)]);
      const Value other = sum.inputs[size_t(1 - side)];
      if (product < 0) continue;
      FusedMatmul fused = options(product);
      const Shape& shape = graph_.spec(other).shape;
      if (fused.bias || fused.relu || fused.mask || shape.rank() != 1 || !(shape[0] == sum.outputs[0].shape[1]))
        continue;
      fused.bias = true;
      std::vector<Value> inputs = graph_.nodes[size_t(product)].inputs;
      inputs.push_back(other);
      absorb(id, product, fused, inputs);
      return true;
    }
    return false;
  }

  bool take_relu(int id) {
    const GraphNode& activation = graph_.nodes[size_t(id)];
    if (!is(activation, "relu")) return false;
    const int product = private_product(activation.inputs[0]);
    if (product < 0) return false;
    FusedMatmul fused = options(product);
    if (fused.relu || fused.mask) return false;
    fused.relu = true;
    absorb(id, product, fused, graph_.nodes[size_t(product)].inputs);
    return true;
  }

  bool is_zero(Value value) {
    const Tensor constant = constant_value(graph_, value);
    return constant.defined() && constant.size() == 1 && constant.item() == 0;
  }

  // where(y > 0, product, 0): relu's gradient.
  bool take_mask(int id) {
    const GraphNode& choice = graph_.nodes[size_t(id)];
    if (!is(choice, "where") || !is_zero(choice.inputs[2])) return false;
    const int product = private_product(choice.inputs[1]);
    const GraphNode& condition = node(choice.inputs[0]);
    if (product < 0 || !is(condition, "greater") || !is_zero(condition.inputs[1])) return false;
    FusedMatmul fused = options(product);
    const Value mask = condition.inputs[0];
    if (fused.relu || fused.mask || !(graph_.spec(mask) == choice.outputs[0])) return false;
    fused.mask = true;
    std::vector<Value> inputs = graph_.nodes[size_t(product)].inputs;
    inputs.push_back(mask);
    absorb(id, product, fused, inputs);
    return true;
  }

  // sum(b, axis 0) beside a^T b: the bias gradient beside the weights' gradient.
  void take_column_sums(int id) {
    GraphNode& product = graph_.nodes[size_t(id)];
    if (product.op != &fused_matmul_op()) return;
    FusedMatmul fused = options(id);
    if (fused.transpose_b || fused.column_sums) return;
    const Value b = product.inputs[1];
    for (size_t j = 0; j < graph_.nodes.size(); ++j) {
      GraphNode& sum = graph_.nodes[j];
      if (!is(sum, "sum") || sum.inputs.empty() || sum.inputs[0] != b || taken_.count(int(j))) continue;
      const Shape& shape = sum.outputs[0].shape;
      if (shape.rank() != 1 || !(shape[0] == graph_.spec(b).shape[1]) || sums_second_axis(sum)) continue;
      if (depends(id, int(j))) continue;  // the product cannot wait for what it gives
      taken_.insert(int(j));
      fused.column_sums = true;
      product.attributes = Attributes(fused);
      product.outputs.push_back(sum.outputs[0]);
      replacement_.set({int(j), 0}, {id, 1});
      return;
    }
  }

  bool depends(int id, int on) const {
    std::vector<bool> seen(graph_.nodes.size());
    std::vector<int> pending{id};
    while (!pending.empty()) {
      const int next = pending.back();
      pending.pop_back();
      for (Value input : graph_.nodes[size_t(next)].inputs) {
        const int source = replacement_(input).node;
        if (source == on) return true;
        if (!seen[size_t(source)]) pending.push_back(source);
        seen[size_t(source)] = true;
      }
    }
    return false;
  }

  // Of a square matrix either axis may have been summed: only the text of the attributes tells.
  bool sums_second_axis(const GraphNode& sum) {
    const Shape& from = graph_.spec(sum.inputs[0]).shape;
    if (!(from[0] == from[1])) return false;
    const std::string text = sum.attributes.text();
    return text.find("[0]") == std::string::npos;
  }

  Graph& graph_;
  Fusion fusion_;
  std::vector<int> uses_;
  Replacement replacement_;
  std::set<int> taken_;
};

}  // namespace

CAJAL_OP(fused_matmul, FusedMatmulOp)

void fuse_matmuls(Graph& graph, Fusion fusion) { MatmulFusion(graph, fusion).run(); }

// Repeatedly takes the first node whose inputs are all placed: stable, and linear but for the look-ahead.
void sort_nodes(Graph& graph) {
  const size_t count = graph.nodes.size();
  std::vector<int> waiting(count), place(count, -1);
  std::vector<std::vector<int>> readers(count);
  for (size_t i = 0; i < count; ++i)
    for (Value input : graph.nodes[i].inputs) {
      ++waiting[i];
      readers[size_t(input.node)].push_back(int(i));
    }
  std::set<int> ready;
  for (size_t i = 0; i < count; ++i)
    if (waiting[i] == 0) ready.insert(int(i));
  std::vector<int> order;
  while (!ready.empty()) {
    const int next = *ready.begin();
    ready.erase(ready.begin());
    place[size_t(next)] = int(order.size());
    order.push_back(next);
    for (int reader : readers[size_t(next)])
      if (--waiting[size_t(reader)] == 0) ready.insert(reader);
  }
  std::vector<GraphNode> nodes;
  for (int id : order) nodes.push_back(std::move(graph.nodes[size_t(id)]));
  graph.nodes = std::move(nodes);
  for (GraphNode& node : graph.nodes)
    for (Value& input : node.inputs) input.node = place[size_t(input.node)];
  for (int& input : graph.inputs) input = place[size_t(input)];
  for (Value& output : graph.outputs) output.node = place[size_t(output.node)];
  for (Assignment& assignment : graph.assignments) assignment.value.node = place[size_t(assignment.value.node)];
}

}  // namespace cajal
