// Batch normalization with what stands behind it (a residual branch, relu, max pooling), and its gradient with theirs.
#include <algorithm>
#include <cmath>
#include <map>

#include "cajal/graph/reference_run.h"
#include "cajal/graph/replace.h"
#include "cajal/ops/table.h"
#include "cajal/program/fused.h"
#include "cajal/program/internal/patterns.h"

namespace cajal {
namespace {

// ------------------------------------------------------------------------------------------------ the plain versions

// The ops that a fused one stands for, one after the other on whole tensors: it allocates.
class Plainly {
 public:
  explicit Plainly(const Call& call) : call_(call) {
    for (const Operand& in : call.in) {
      inputs_.emplace_back(Shape::of({in.dims, in.dims + in.rank}), in.dtype);
      std::copy(in.data, in.data + inputs_.back().bytes(), inputs_.back().raw());
    }
  }
  const Tensor& in(size_t i) const { return inputs_[i]; }
  std::vector<Tensor> run(const Op& op, Attributes attributes, const std::vector<Tensor>& inputs) const {
    Specs specs;
    for (const Tensor& input : inputs) specs.push_back({input.shape(), input.dtype()});
    const GraphNode node{&op, attributes, {}, op.infer(attributes, specs), nullptr, 0};
    return run_reference(node, inputs, *call_.run, call_.node);
  }
  Tensor run(std::string_view name, const std::vector<Tensor>& inputs) const {
    return run(*find_op(name), {}, inputs)[0];
  }
  void give(size_t output, const Tensor& value) const {
    std::copy(value.raw(), value.raw() + value.bytes(), call_.out[output].data);
  }

 private:
  const Call& call_;
  std::vector<Tensor> inputs_;
};

struct FusedBatchNormOp : FusedBatchNorm {
  static constexpr std::string_view name = "fused_batch_norm";
  static constexpr std::string_view summary = "Batch normalization with residual, relu or max pooling.";

  Specs infer(std::span<const Spec> in) const {
    Specs out{in[0], in[1], in[1], in[1]};
    if (!pool) return out;
    const Specs pooled = find_op("max_pool_with_index")->infer(Attributes(window), in.first(1));
    out[0] = pooled[0];
    out.push_back(pooled[1]);
    return out;
  }
  void reference(const Call& call) const {
    const Plainly plainly(call);
    const Attributes normalization{static_cast<const NormalizationAttributes&>(*this)};
    std::vector<Tensor> out =
        plainly.run(*find_op("batch_norm_training"), normalization, {plainly.in(0), plainly.in(1), plainly.in(2)});
    if (residual == Residual::before_relu) out[0] = plainly.run("add", {out[0], plainly.in(3)});
    if (relu) out[0] = plainly.run(std::isinf(limit) ? "relu" : "relu6", {out[0]});
    if (residual == Residual::after_relu) out[0] = plainly.run("add", {out[0], plainly.in(3)});
    if (pool) {
      const std::vector<Tensor> pooled = plainly.run(*find_op("max_pool_with_index"), Attributes(window), {out[0]});
      out[0] = pooled[0];
      out.push_back(pooled[1]);
    }
    for (size_t i = 0; i < out.size(); ++i) plainly.give(i, out[i]);
  }
  std::vector<std::pair<int, int>> in_place(size_t inputs) const {
    if (pool) return {};
    return inputs > 3 ? std::vector<std::pair<int, int>>{{3, 0}, {0, 0}} : std::vector<std::pair<int, int>>{{0, 0}};
  }
};

struct FusedBatchNormGradientOp : FusedBatchNormGradient {
  static constexpr std::string_view name = "fused_batch_norm_gradient";
  static constexpr std::string_view summary = "Gradients of batch normalization behind relu's or max pooling's.";

  Specs infer(std::span<const Spec> in) const {
    Specs out{in[0], in[1], in[1]};
    if (masked) out.push_back(in[0]);
    return out;
  }
  void reference(const Call& call) const {
    const Plainly plainly(call);
    Tensor dy = plainly.in(4);
    if (pool)
      dy = plainly.run(*find_op("max_pool_gradient"), Attributes(window), {dy, plainly.in(call.in.size() - 1)})[0];
    if (mask != Mask::none) dy = passed(plainly, mask == Mask::from_y ? plainly.in(5) : made_again(plainly), dy);
    const Attributes normalization{static_cast<const NormalizationAttributes&>(*this)};
    std::vector<Tensor> out = plainly.run(*find_op("batch_norm_gradient"), normalization,
                                          {plainly.in(0), plainly.in(1), plainly.in(2), plainly.in(3), dy});
    if (masked) out.push_back(dy);
    for (size_t i = 0; i < out.size(); ++i) plainly.give(i, out[i]);
  }
  // y before relu.
  static Tensor made_again(const Plainly& plainly) {
    const Tensor scaled = plainly.run("multiply", {plainly.run("subtract", {plainly.in(0), plainly.in(2)}),
                                                   plainly.run("multiply", {plainly.in(3), plainly.in(1)})});
    return plainly.run("add", {scaled, plainly.in(5)});
  }
  Tensor passed(const Plainly& plainly, const Tensor& y, const Tensor& dy) const {
    auto number = [&](double value) { return Tensor::full({}, value, y.dtype()); };
    Tensor condition = plainly.run("greater", {y, number(0)});
    if (!std::isinf(limit))
      condition = plainly.run("logical_and", {condition, plainly.run("less", {y, number(double(limit))})});
    return plainly.run("where", {condition, dy, number(0)});
  }
  std::vector<std::pair<int, int>> in_place(size_t) const {
    if (pool) return {{0, 0}};
    if (masked) return {{4, 3}, {0, 0}};
    return {{4, 0}, {0, 0}};
  }
};

// ------------------------------------------------------------------------------------------------ the passes

bool fits(const Graph& graph, const GraphNode& node) {
  const Shape& shape = graph.spec(node.inputs[0]).shape;
  const auto& axes = node.attributes.as<NormalizationAttributes>().axes;
  if (int(axes.size()) != shape.rank() - 1 || shape.rank() < 2) return false;
  for (int i = 0; i < int(axes.size()); ++i)
    if (axes[size_t(i)] != i) return false;
  return std::all_of(node.inputs.begin(), node.inputs.end(),
                     [&](Value input) { return graph.spec(input).dtype == DType::float32; });
}

// Gradients first: those that tell relu's mask from x free y of a reader.
class GradientFusion {
 public:
  explicit GradientFusion(Graph& graph) : graph_(graph), uses_(graph), replacement_(graph) {}

  void run() {
    for (size_t i = 0; i < graph_.nodes.size(); ++i) {
      for (Value& input : graph_.nodes[i].inputs) input = replacement_(input);
      if (is(graph_.nodes[i], "batch_norm_gradient") && fits(graph_, graph_.nodes[i]))
        take_pooling(int(i)) || take_mask(int(i));
    }
    for (GraphNode& node : graph_.nodes)
      for (Value& input : node.inputs) input = replacement_(input);
    replacement_.apply_to_results();
    sort_nodes(graph_);
    drop_dead_nodes(graph_);
  }

 private:
  GraphNode& node(Value value) { return graph_.nodes[size_t(value.node)]; }

  void become(GraphNode& gradient, const FusedBatchNormGradient& given, std::vector<Value> inputs) {
    FusedBatchNormGradient fused = given;
    static_cast<NormalizationAttributes&>(fused) = gradient.attributes.as<NormalizationAttributes>();
    gradient.op = &fused_batch_norm_gradient_op();
    gradient.attributes = Attributes(fused);
    gradient.inputs = std::move(inputs);
  }

  bool take_pooling(int id) {
    GraphNode& gradient = graph_.nodes[size_t(id)];
    const Value dy = gradient.inputs[4];
    const GraphNode& pooling = node(dy);
    if (!is(pooling, "max_pool_gradient") || uses_(dy) != 1) return false;
    const auto& window = pooling.attributes.as<PoolGradientAttributes>();
    if (!side_by_side(window)) return false;
    FusedBatchNormGradient fused;
    fused.pool = true;
    fused.window = window;
    std::vector<Value> inputs = gradient.inputs;
    inputs[4] = pooling.inputs[0];
    inputs.push_back(pooling.inputs[1]);
    become(gradient, fused, inputs);
    return true;
  }

  bool take_mask(int id) {
    GraphNode& gradient = graph_.nodes[size_t(id)];
    const Value dy = gradient.inputs[4];
    const auto found = relu_gradient(graph_, node(dy));
    if (!found) return false;
    FusedBatchNormGradient fused;
    fused.limit = float(found->limit);
    fused.masked = uses_(dy) > 1;
    if (fused.masked && feeds_itself(id, dy)) return false;
    std::vector<Value> inputs = gradient.inputs;
    inputs[4] = node(dy).inputs[1];
    const Value beta = beta_of(gradient, before_rounding(graph_, found->y));
    fused.mask = beta.node < 0 ? FusedBatchNormGradient::Mask::from_y : FusedBatchNormGradient::Mask::from_x;
    inputs.push_back(beta.node < 0 ? found->y : beta);
    if (fused.masked) {
      gradient.outputs.push_back(graph_.spec(dy));
      replacement_.set(dy, {id, 3});
    }
    become(gradient, fused, inputs);
    return true;
  }

  // Does the gradient depend on another reader of dy? That one could not wait for it.
  bool feeds_itself(int id, Value dy) const {
    for (size_t reader = 0; reader < graph_.nodes.size(); ++reader) {
      const auto& inputs = graph_.nodes[reader].inputs;
      if (int(reader) != id && std::find(inputs.begin(), inputs.end(), dy) != inputs.end() &&
          depends(graph_, id, int(reader)))
        return true;
    }
    return false;
  }

  // The beta of the normalization of the same x that y = relu(...) comes from; node -1: y is made otherwise.
  Value beta_of(const GraphNode& gradient, Value y) {
    const GraphNode& activation = node(y);
    if (!relu_limit(activation)) return {};
    const Value normalized = activation.inputs[0];
    const GraphNode& batch = node(normalized);
    if (!is(batch, "batch_norm_training") || normalized.output != 0 || !fits(graph_, batch)) return {};
    const bool same = batch.inputs[0] == gradient.inputs[0] && batch.inputs[1] == gradient.inputs[1] &&
                      gradient.inputs[2] == Value{normalized.node, 1} &&
                      gradient.inputs[3] == Value{normalized.node, 3};
    return same ? batch.inputs[2] : Value{};
  }

 public:
  // Two-dimensional, no window over another, none beyond the image.
  static bool side_by_side(const PoolAttributes& window) {
    auto all = [](const std::vector<int64_t>& list, int64_t value) {
      return std::all_of(list.begin(), list.end(), [&](int64_t number) { return number == value; });
    };
    return window.window.size() == 2 && window.strides == window.window && all(window.low, 0) && all(window.high, 0) &&
           all(window.dilation, 1) && window.window[0] * window.window[1] <= 256;
  }

 private:
  Graph& graph_;
  Uses uses_;
  Replacement replacement_;
};

class ForwardFusion {
 public:
  explicit ForwardFusion(Graph& graph) : graph_(graph), uses_(graph), readers_(graph.nodes.size()) {
    for (size_t i = 0; i < graph.nodes.size(); ++i)
      for (Value input : graph.nodes[i].inputs) readers_[size_t(input.node)].push_back(int(i));
  }

  void run() {
    for (size_t i = 0; i < graph_.nodes.size(); ++i)
      if (is(graph_.nodes[i], "batch_norm_training") && fits(graph_, graph_.nodes[i])) fuse(int(i));
    for (GraphNode& node : graph_.nodes)
      for (Value& input : node.inputs) input = now(input);
    for (Value& output : graph_.outputs) output = now(output);
    for (Assignment& assignment : graph_.assignments) assignment.value = now(assignment.value);
    sort_nodes(graph_);
    drop_dead_nodes(graph_);
  }

 private:
  // The only node that reads the value; -1 if there are several, or none.
  int reader(Value value) const {
    if (uses_(value) != 1) return -1;
    for (int id : readers_[size_t(value.node)]) {
      const auto& inputs = graph_.nodes[size_t(id)].inputs;
      if (std::find(inputs.begin(), inputs.end(), value) != inputs.end()) return id;
    }
    return -1;
  }

  // One value may stand for another that is itself replaced later.
  Value now(Value value) const {
    for (auto found = now_.find(value); found != now_.end(); found = now_.find(value)) value = found->second;
    return value;
  }

  void fuse(int id) {
    FusedBatchNorm fused;
    static_cast<NormalizationAttributes&>(fused) = graph_.nodes[size_t(id)].attributes.as<NormalizationAttributes>();
    std::vector<Value> inputs = graph_.nodes[size_t(id)].inputs;
    Value last{id, 0};
    for (int next = reader(last); next >= 0 && take(id, next, last, fused, inputs); next = reader(last)) {
      last = {next, 0};
      if (fused.pool) break;
    }
    if (last.node == id) return;
    GraphNode& host = graph_.nodes[size_t(id)];
    now_[last] = {id, 0};
    host.outputs[0] = graph_.spec(last);
    if (fused.pool) {
      now_[{last.node, 1}] = {id, 4};
      host.outputs.push_back(graph_.spec({last.node, 1}));
    }
    host.op = &fused_batch_norm_op();
    host.attributes = Attributes(fused);
    host.inputs = std::move(inputs);
  }

  bool take(int id, int next, Value value, FusedBatchNorm& fused, std::vector<Value>& inputs) const {
    const GraphNode& node = graph_.nodes[size_t(next)];
    if (const auto limit = relu_limit(node);
        limit && !fused.relu && fused.residual != FusedBatchNorm::Residual::after_relu) {
      fused.relu = true;
      fused.limit = float(*limit);
      return true;
    }
    if (is(node, "add") && fused.residual == FusedBatchNorm::Residual::none) {
      const Value other = node.inputs[node.inputs[0] == value ? 1 : 0];
      // The other side may depend on this one: as a normalization does that already took this sum.
      if (other == value || !(graph_.spec(other) == graph_.spec(value)) || other.node == id ||
          depends(graph_, other.node, id))
        return false;
      fused.residual = fused.relu ? FusedBatchNorm::Residual::after_relu : FusedBatchNorm::Residual::before_relu;
      inputs.push_back(other);
      return true;
    }
    if (is(node, "max_pool_with_index") && GradientFusion::side_by_side(node.attributes.as<PoolAttributes>())) {
      fused.pool = true;
      fused.window = node.attributes.as<PoolAttributes>();
      return true;
    }
    return false;
  }

  Graph& graph_;
  Uses uses_;
  std::vector<std::vector<int>> readers_;
  std::map<Value, Value> now_;
};

}  // namespace

CAJAL_OP(fused_batch_norm, FusedBatchNormOp)
CAJAL_OP(fused_batch_norm_gradient, FusedBatchNormGradientOp)

void fuse_batch_norms(Graph& graph) {
  GradientFusion(graph).run();
  ForwardFusion(graph).run();
}

}  // namespace cajal
