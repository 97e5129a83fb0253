// MobileNet: each convolution taken apart into one per channel and one across the channels.
// Source: A. Howard et al., "MobileNets", 2017; Keras, `MobileNet`.
#include "cajal/zoo/internal/network_parts.h"

namespace cajal {
namespace {

using namespace internal;

// As Keras's, which rounds down.
int64_t narrowed(int64_t filters, const NetworkOptions& options) {
  return std::max<int64_t>(1, int64_t(double(filters) * options.width));
}

Var norm_relu6(const Var& x, const std::string& name) {
  return put(ReLU({.max_value = 6}), name + "_relu", put(BatchNormalization(), name + "_bn", x));
}

Var separated(const Var& x, int64_t filters, int64_t strides, int id) {
  const std::string number = std::to_string(id);
  Var y = x;
  if (strides > 1) y = put(ZeroPadding2D(Margins{{0, 1}, {0, 1}}), "conv_pad_" + number, x);
  DepthwiseConv2D::Options depth{.kernel_size = 3, .strides = strides, .padding = strides > 1 ? "valid" : "same"};
  depth.use_bias = false;
  y = norm_relu6(put(DepthwiseConv2D(depth), "conv_dw_" + number, y), "conv_dw_" + number);
  Conv2D::Options point{.filters = filters, .kernel_size = 1, .padding = "same"};
  point.use_bias = false;
  return norm_relu6(put(Conv2D(point), "conv_pw_" + number, y), "conv_pw_" + number);
}

Var record_mobilenet(const Var& image, const NetworkOptions& options) {
  Conv2D::Options first{.filters = narrowed(32, options), .kernel_size = 3, .strides = 2, .padding = "same"};
  first.use_bias = false;
  Var x = norm_relu6(put(Conv2D(first), "conv1", image), "conv1");
  struct Block {
    int64_t filters, strides;
  };
  constexpr Block blocks[] = {{64, 1},  {128, 2}, {128, 1}, {256, 2}, {256, 1},  {512, 2}, {512, 1},
                              {512, 1}, {512, 1}, {512, 1}, {512, 1}, {1024, 2}, {1024, 1}};
  int id = 0;
  for (const Block& block : blocks) x = separated(x, narrowed(block.filters, options), block.strides, ++id);
  if (!options.include_top) return without_top(x, options);
  x = put(GlobalAveragePooling2D({.keepdims = true}), "global_average_pooling2d", x);
  x = put(Dropout(options.dropout < 0 ? 1e-3 : options.dropout), "dropout", x);
  x = put(Conv2D({.filters = options.classes, .kernel_size = 1, .padding = "same"}), "conv_preds", x);
  x = put(Reshape(Shape{options.classes}), "reshape_2", x);
  return put(Activation(AnyActivation(options.classifier_activation)), "predictions", x);
}

}  // namespace

const std::vector<NetworkEntry>& mobilenet_networks() {
  static const std::vector<NetworkEntry> entries = {
      {"mobilenet", "13 separated convolutions for photos: 4.3 M weights", {224, 224, 3}, 1000, record_mobilenet}};
  return entries;
}

}  // namespace cajal
