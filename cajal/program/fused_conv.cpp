// Convolutions with what usually stands behind them: bias, a residual branch, relu; relu's gradient behind the gradient
// of the image.
#include <cmath>

#include "cajal/ops/table.h"
#include "cajal/program/fused.h"
#include "cajal/program/internal/patterns.h"

namespace cajal {
namespace {

struct FusedConvOp : FusedConv {
  static constexpr std::string_view name = "fused_conv";
  static constexpr std::string_view summary = "A convolution or its gradient with bias, residual, relu or its mask.";

  Specs infer(std::span<const Spec> in) const { return op->infer(plain, in.first(2)); }

  // The op's own reference kernel, then the rest element by element.
  void reference(const Call& call) const {
    Call product = call;
    product.attributes = plain.get();
    product.in = call.in.first(2);
    op->reference(product);
    for_type(call.out[0].dtype, [&](auto zero) { finish<decltype(zero)>(call); });
  }
  size_t workspace(std::span<const Spec> in) const { return op->workspace ? op->workspace(plain, in.first(2)) : 0; }

  template <class T>
  void finish(const Call& call) const {
    auto input = [&](int i) { return i < 0 ? nullptr : call.in[size_t(i)].template as<T>(); };
    const T *biases = input(bias_input()), *scales = input(scale_input()), *shifts = input(shift_input());
    const T *residuals = input(residual_input()), *masks = input(mask_input());
    T* result = call.out[0].as<T>();
    const int64_t channels = call.out[0].dim(-1);
    for (int64_t i = 0; i < call.out[0].size; ++i) {
      T value = result[i];
      if (biases) value = T(value + biases[i % channels]);
      if (scales) value = T(value * scales[i % channels]), value = T(value + shifts[i % channels]);
      if (residuals) value = T(value + residuals[i]);
      if (relu) value = value < T(0) ? T(0) : value > T(limit) ? T(limit) : value;
      if (masks && !(masks[i] > T(0) && (std::isinf(limit) || masks[i] < T(limit)))) value = T(0);
      result[i] = value;
    }
  }
};

// Each node that can stand behind a convolution takes it in, where nobody else reads its result.
class ConvFusion {
 public:
  ConvFusion(Graph& graph, Fusion fusion) : graph_(graph), fusion_(fusion), uses_(graph) {}

  void run() {
    for (size_t i = 0; i < graph_.nodes.size(); ++i) {
      GraphNode& node = graph_.nodes[i];
      if (node.outputs.empty() || node.outputs[0].dtype != DType::float32) continue;
      if (is(node, "conv")) become_fused(node, FusedConv::Kind::forward);
      else if (is(node, "conv_input_gradient")) become_fused(node, FusedConv::Kind::input_gradient);
      else if (fusion_ == Fusion::full) take_conv(node);
    }
    drop_dead_nodes(graph_);
  }

 private:
  static void become_fused(GraphNode& node, FusedConv::Kind kind) {
    FusedConv fused;
    if (kind == FusedConv::Kind::forward) static_cast<ConvAttributes&>(fused) = node.attributes.as<ConvAttributes>();
    else static_cast<ConvGradientAttributes&>(fused) = node.attributes.as<ConvGradientAttributes>();
    fused.kind = kind;
    fused.op = node.op;
    fused.plain = node.attributes;
    node.op = &fused_conv_op();
    node.attributes = Attributes(fused);
  }

  void take_conv(GraphNode& node) {
    if (is(node, "add")) {
      for (int side : {0, 1})
        if (take_bias(node, side) || take_scale(node, side)) return;
      for (int side : {0, 1})
        if (take_residual(node, side)) return;
    } else if (const auto limit = relu_limit(node)) {
      take_relu(node, *limit);
    } else if (const auto gradient = relu_gradient(graph_, node)) {
      take_mask(node, *gradient);
    }
  }

  // The convolution that makes the value, if only the node at hand reads it.
  const GraphNode* conv_of(Value value) const {
    const GraphNode& source = graph_.nodes[size_t(value.node)];
    return source.op == &fused_conv_op() && uses_(value) == 1 ? &source : nullptr;
  }

  // The node at hand becomes the convolution, so that all its inputs stand before it.
  static void absorb(GraphNode& node, const GraphNode& conv, const FusedConv& fused, std::vector<Value> more = {}) {
    std::vector<Value> inputs = conv.inputs;
    inputs.insert(inputs.end(), more.begin(), more.end());
    node.op = &fused_conv_op();
    node.scope = conv.scope;
    node.attributes = Attributes(fused);
    node.inputs = std::move(inputs);
  }

  bool take_bias(GraphNode& node, int side) {
    const GraphNode* conv = conv_of(node.inputs[size_t(side)]);
    const Value bias = node.inputs[size_t(1 - side)];
    if (!conv || !is_row(graph_, bias, node.outputs[0].shape)) return false;
    FusedConv fused = conv->attributes.as<FusedConv>();
    if (fused.bias || fused.scale || fused.residual || fused.relu || fused.mask) return false;
    fused.bias = true;
    absorb(node, *conv, fused, {bias});
    return true;
  }

  // Batch normalization with given statistics: conv * scale + shift.
  bool take_scale(GraphNode& node, int side) {
    const Value product = node.inputs[size_t(side)], shift = node.inputs[size_t(1 - side)];
    const GraphNode& scaled = graph_.nodes[size_t(product.node)];
    if (!is(scaled, "multiply") || uses_(product) != 1 || !is_row(graph_, shift, node.outputs[0].shape)) return false;
    for (size_t factor : {0u, 1u}) {
      const GraphNode* conv = conv_of(scaled.inputs[factor]);
      const Value scale = scaled.inputs[1 - factor];
      if (!conv || !is_row(graph_, scale, node.outputs[0].shape)) continue;
      FusedConv fused = conv->attributes.as<FusedConv>();
      if (fused.scale || fused.residual || fused.relu || fused.mask) continue;
      fused.scale = true;
      absorb(node, *conv, fused, {scale, shift});
      return true;
    }
    return false;
  }

  bool take_residual(GraphNode& node, int side) {
    const GraphNode* conv = conv_of(node.inputs[size_t(side)]);
    const Value other = node.inputs[size_t(1 - side)];
    if (!conv || !(graph_.spec(other) == node.outputs[0])) return false;
    FusedConv fused = conv->attributes.as<FusedConv>();
    if (fused.residual || fused.relu || fused.mask) return false;
    fused.residual = true;
    absorb(node, *conv, fused, {other});
    return true;
  }

  bool take_relu(GraphNode& node, double limit) {
    const GraphNode* conv = conv_of(node.inputs[0]);
    if (!conv) return false;
    FusedConv fused = conv->attributes.as<FusedConv>();
    if (fused.relu || fused.mask) return false;
    fused.relu = true;
    fused.limit = float(limit);
    absorb(node, *conv, fused);
    return true;
  }

  bool take_mask(GraphNode& node, const Passing& gradient) {
    const GraphNode* conv = conv_of(node.inputs[1]);
    if (!conv) return false;
    FusedConv fused = conv->attributes.as<FusedConv>();
    if (fused.relu || fused.mask) return false;
    fused.mask = true;
    fused.limit = float(gradient.limit);
    absorb(node, *conv, fused, {gradient.y});
    return true;
  }

  Graph& graph_;
  Fusion fusion_;
  Uses uses_;
};

}  // namespace

CAJAL_OP(fused_conv, FusedConvOp)

void fuse_convolutions(Graph& graph, Fusion fusion) { ConvFusion(graph, fusion).run(); }

}  // namespace cajal
