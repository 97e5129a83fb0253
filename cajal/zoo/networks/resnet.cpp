// The residual networks for photos.
// Source: K. He, X. Zhang, S. Ren, J. Sun, "Deep residual learning for image recognition", 2016; Keras, `ResNet50`.
#include <array>

#include "cajal/zoo/internal/network_parts.h"

namespace cajal {
namespace {

using namespace internal;

// How a family's convolutions are: Keras's ResNet50 has biases and its own epsilon, 18 and 34 are as PyTorch has them.
struct Unit {
  const char* initializer;
  bool use_bias;
  BatchNormalization::Options norm;

  Var operator()(const Var& x, int64_t filters, int64_t kernel, int64_t strides, const std::string& name) const {
    Conv2D::Options conv{.filters = filters, .kernel_size = kernel, .strides = strides};
    conv.use_bias = use_bias;
    conv.kernel_initializer = initializer;
    if (kernel > 1 && strides == 1) conv.padding = "same";
    Var y = x;
    if (kernel > 1 && strides > 1) y = put(ZeroPadding2D(Margins(kernel / 2)), name + "_pad", x);
    return put(BatchNormalization(norm), name + "_bn", put(Conv2D(conv), name + "_conv", y));
  }
};

Var joined(const Var& shortcut, const Var& y, const std::string& name) {
  Add add;
  add.set_name(name + "_add");
  return put(Activation("relu"), name + "_out", add({shortcut, y}));
}

Var bottleneck(const Unit& unit, const Var& x, int64_t filters, int64_t strides, bool widens, const std::string& name) {
  const Var shortcut = widens ? unit(x, 4 * filters, 1, strides, name + "_0") : x;
  Var y = put(Activation("relu"), name + "_1_relu", unit(x, filters, 1, strides, name + "_1"));
  y = put(Activation("relu"), name + "_2_relu", unit(y, filters, 3, 1, name + "_2"));
  return joined(shortcut, unit(y, 4 * filters, 1, 1, name + "_3"), name);
}

Var basic(const Unit& unit, const Var& x, int64_t filters, int64_t strides, bool widens, const std::string& name) {
  const Var shortcut = widens ? unit(x, filters, 1, strides, name + "_0") : x;
  const Var y = put(Activation("relu"), name + "_1_relu", unit(x, filters, 3, strides, name + "_1"));
  return joined(shortcut, unit(y, filters, 3, 1, name + "_2"), name);
}

template <bool deep, int... blocks>
Var record_resnet(const Var& image, const NetworkOptions& options) {
  constexpr std::array<int, 4> counts = {blocks...};
  const Unit unit = deep ? Unit{"glorot_uniform", true, {.epsilon = 1.001e-5}}
                         : Unit{"he_normal", false, {.momentum = 0.9, .epsilon = 1e-5}};
  int64_t filters = scaled(64, options.width);
  Var x = put(Activation("relu"), "conv1_relu", unit(image, filters, 7, 2, "conv1"));
  x = put(ZeroPadding2D(Margins(1)), "pool1_pad", x);
  x = put(MaxPooling2D({.pool_size = 3, .strides = 2}), "pool1_pool", x);
  for (size_t stage = 0; stage < counts.size(); ++stage, filters *= 2)
    for (int block = 1; block <= counts[stage]; ++block) {
      const std::string name = "conv" + std::to_string(stage + 2) + "_block" + std::to_string(block);
      const int64_t strides = stage > 0 && block == 1 ? 2 : 1;
      const bool widens = block == 1 && (deep || stage > 0);
      x = (deep ? bottleneck : basic)(unit, x, filters, strides, widens, name);
    }
  if (!options.include_top) return without_top(x, options);
  return classes_of(put(GlobalAveragePooling2D(), "avg_pool", x), options);
}

}  // namespace

const std::vector<NetworkEntry>& resnet_networks() {
  static const std::vector<NetworkEntry> entries = {
      {"resnet18", "18 layers for photos: 11.7 M weights", {224, 224, 3}, 1000, record_resnet<false, 2, 2, 2, 2>},
      {"resnet34", "34 layers for photos: 21.8 M weights", {224, 224, 3}, 1000, record_resnet<false, 3, 4, 6, 3>},
      {"resnet50",
       "50 layers for photos, in bottlenecks: 25.6 M weights",
       {224, 224, 3},
       1000,
       record_resnet<true, 3, 4, 6, 3>}};
  return entries;
}

}  // namespace cajal
