// Zeros put round an image before a convolution become the convolution's own padding: a copy of the image less, and in
// the gradient a slice.
#include <algorithm>

#include "cajal/ops/convolution_attributes.h"
#include "cajal/ops/shape_attributes.h"
#include "cajal/program/fused.h"
#include "cajal/program/internal/patterns.h"

namespace cajal {
namespace {

class PaddedConvolutions {
 public:
  explicit PaddedConvolutions(Graph& graph) : graph_(graph), uses_(graph) {}

  void run() {
    for (GraphNode& node : graph_.nodes) {
      if (is(node, "conv")) take_padding<ConvAttributes>(node);
      else if (is(node, "conv_kernel_gradient")) take_padding<ConvGradientAttributes>(node);
      else if (is(node, "slice")) take_slice(node);
    }
    drop_dead_nodes(graph_);
  }

 private:
  const GraphNode& source(Value value) const { return graph_.nodes[size_t(value.node)]; }

  static bool pads_image_with_zeros(const GraphNode& node) {
    if (!is(node, "pad")) return false;
    const auto& pad = node.attributes.as<PadAttributes>();
    const bool image_only = pad.low.front() + pad.high.front() + pad.low.back() + pad.high.back() == 0;
    return image_only && pad.mode == PadMode::constant && pad.value == 0;
  }

  // conv(pad(x), kernel) and conv_kernel_gradient(pad(x), dy).
  template <class Attributes_>
  void take_padding(GraphNode& node) {
    const GraphNode& padding = source(node.inputs[0]);
    if (!pads_image_with_zeros(padding)) return;
    const auto& pad = padding.attributes.as<PadAttributes>();
    auto attributes = node.attributes.as<Attributes_>();
    for (size_t i = 0; i < attributes.low.size(); ++i) {
      attributes.low[i] += pad.low[i + 1];
      attributes.high[i] += pad.high[i + 1];
    }
    node.attributes = Attributes(attributes);
    node.inputs[0] = padding.inputs[0];
  }

  // The part of conv_input_gradient(dy, kernel) that lies in the image that was padded.
  void take_slice(GraphNode& node) {
    const Value whole = node.inputs[0];
    const GraphNode& gradient = source(whole);
    if (!is(gradient, "conv_input_gradient") || uses_(whole) != 1) return;
    const Shape &from = gradient.outputs[0].shape, &to = node.outputs[0].shape;
    if (!(from[0] == to[0]) || !(from.back() == to.back())) return;
    const auto& slice = node.attributes.as<SliceAttributes>();
    auto attributes = gradient.attributes.as<ConvGradientAttributes>();
    for (size_t i = 0; i < attributes.spatial.size(); ++i) {
      const Slice cut = slice.axis(int(i) + 1);
      const int64_t size = to[int(i) + 1].value();
      const int64_t start = cut.start == from_first ? 0 : cut.start;
      if (cut.step != 1 || start < 0) return;
      attributes.low[i] += start;
      attributes.high[i] += attributes.spatial[i] - start - size;
      attributes.spatial[i] = size;
    }
    node.op = gradient.op;
    node.attributes = Attributes(attributes);
    node.inputs = gradient.inputs;
    node.scope = gradient.scope;
  }

  Graph& graph_;
  Uses uses_;
};

}  // namespace

void absorb_padding(Graph& graph) { PaddedConvolutions(graph).run(); }

}  // namespace cajal
