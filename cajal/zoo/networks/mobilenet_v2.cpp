// MobileNetV2: narrow at the shortcuts, wide in between.
// Source: M. Sandler et al., "MobileNetV2: inverted residuals and linear bottlenecks", 2018; Keras, `MobileNetV2`.
#include <algorithm>

#include "cajal/zoo/internal/network_parts.h"

namespace cajal {
namespace {

using namespace internal;

// The nearest multiple of 8, at least 8 and not less than nine tenths: as Keras's.
int64_t eights(double filters) {
  const int64_t rounded = std::max<int64_t>(8, int64_t(filters + 4) / 8 * 8);
  return double(rounded) < 0.9 * filters ? rounded + 8 : rounded;
}

Var norm(const Var& x, const std::string& name) {
  return put(BatchNormalization({.momentum = 0.999, .epsilon = 1e-3}), name, x);
}
Var relu6(const Var& x, const std::string& name) { return put(ReLU({.max_value = 6}), name, x); }

Var point(const Var& x, int64_t filters, const std::string& name) {
  Conv2D::Options conv{.filters = filters, .kernel_size = 1, .padding = "same"};
  conv.use_bias = false;
  return put(Conv2D(conv), name, x);
}

// Before a stride of 2: one place less above and left of a picture of an even size, so that its middle stays.
Margins margins(const Var& x) {
  auto pair = [](const Dim& size) { return Margins::Pair{size.value() % 2 ? 1 : 0, 1}; };
  return Margins{pair(x.dim(1)), pair(x.dim(2))};
}

Var depth(const Var& x, int64_t strides, const std::string& prefix) {
  Var y = x;
  if (strides > 1) y = put(ZeroPadding2D({.padding = margins(x)}), prefix + "pad", x);
  DepthwiseConv2D::Options conv{.kernel_size = 3, .strides = strides, .padding = strides > 1 ? "valid" : "same"};
  conv.use_bias = false;
  y = norm(put(DepthwiseConv2D(conv), prefix + "depthwise", y), prefix + "depthwise_BN");
  return relu6(y, prefix + "depthwise_relu");
}

Var inverted_residual(const Var& x, int64_t filters, int64_t strides, int64_t expansion, int id) {
  const std::string prefix = id ? "block_" + std::to_string(id) + "_" : "expanded_conv_";
  const int64_t channels = channels_of(x);
  Var y = x;
  if (id) {
    y = norm(point(x, expansion * channels, prefix + "expand"), prefix + "expand_BN");
    y = relu6(y, prefix + "expand_relu");
  }
  y = depth(y, strides, prefix);
  y = norm(point(y, filters, prefix + "project"), prefix + "project_BN");
  if (strides > 1 || channels != filters) return y;
  Add add;
  add.set_name(prefix + "add");
  return add({x, y});
}

Var record_mobilenet_v2(const Var& image, const NetworkOptions& options) {
  Conv2D::Options first{.filters = eights(32 * options.width), .kernel_size = 3, .strides = 2, .padding = "same"};
  first.use_bias = false;
  Var x = relu6(norm(put(Conv2D(first), "Conv1", image), "bn_Conv1"), "Conv1_relu");
  struct Stage {
    int64_t filters, blocks, strides, expansion;
  };
  constexpr Stage stages[] = {{16, 1, 1, 1}, {24, 2, 2, 6},  {32, 3, 2, 6}, {64, 4, 2, 6},
                              {96, 3, 1, 6}, {160, 3, 2, 6}, {320, 1, 1, 6}};
  int id = 0;
  for (const Stage& stage : stages)
    for (int64_t i = 0; i < stage.blocks; ++i)
      x = inverted_residual(x, eights(double(int64_t(double(stage.filters) * options.width))), i ? 1 : stage.strides,
                            stage.expansion, id++);
  const int64_t last = options.width > 1 ? eights(1280 * options.width) : 1280;
  x = relu6(norm(point(x, last, "Conv_1"), "Conv_1_bn"), "out_relu");
  if (!options.include_top) return without_top(x, options);
  return classes_of(put(GlobalAveragePooling2D(), "global_average_pooling2d", x), options);
}

}  // namespace

const std::vector<NetworkEntry>& mobilenet_v2_networks() {
  static const std::vector<NetworkEntry> entries = {
      {"mobilenet_v2", "17 inverted residuals for photos: 3.5 M weights", {224, 224, 3}, 1000, record_mobilenet_v2}};
  return entries;
}

}  // namespace cajal
