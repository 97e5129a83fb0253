// The residual networks for CIFAR-10: 6 n + 2 layers in three stages.
// Source: K. He, X. Zhang, S. Ren, J. Sun, "Deep residual learning for image recognition", 2016, section 4.2.
#include "cajal/zoo/internal/network_parts.h"

namespace cajal {
namespace {

using namespace internal;

// Option A has no weights: every second place, and channels of zeros before and after.
Var plain_shortcut(const Var& x, int64_t filters, int64_t strides, const std::string& name) {
  Var y = x;
  if (strides > 1) y = put(AveragePooling2D({.pool_size = 1, .strides = strides}), name + "_shortcut_pool", y);
  const int64_t missing = filters - channels_of(x);
  if (missing <= 0) return y;
  const Margins ends{missing / 2, missing - missing / 2};
  return put(ChannelPadding({.padding = ends}), name + "_shortcut_pad", y);
}

// Option B: a convolution of one place.
Var conv_shortcut(const Var& x, int64_t filters, int64_t strides, const std::string& name) {
  return conv_norm(x, {.filters = filters, .kernel_size = 1, .strides = strides}, name + "_shortcut_0",
                   name + "_shortcut_1");
}

Var basic_block(const Var& x, int64_t filters, int64_t strides, bool weighted, const std::string& name) {
  Var y = conv_norm(x, {.filters = filters, .strides = strides}, name + "_conv1", name + "_bn1");
  y = put(Activation("relu"), name + "_relu1", y);
  y = conv_norm(y, {.filters = filters}, name + "_conv2", name + "_bn2");
  Var shortcut = x;
  if (strides > 1 || channels_of(x) != filters)
    shortcut = weighted ? conv_shortcut(x, filters, strides, name) : plain_shortcut(x, filters, strides, name);
  Add add;
  add.set_name(name + "_add");
  return put(Activation("relu"), name + "_relu2", add({y, shortcut}));
}

template <int blocks, bool weighted>
Var record_cifar_resnet(const Var& image, const NetworkOptions& options) {
  int64_t filters = scaled(16, options.width);
  Var x = put(Activation("relu"), "relu1", conv_norm(image, {.filters = filters}, "conv1", "bn1"));
  for (int stage = 1; stage <= 3; ++stage) {
    for (int block = 0; block < blocks; ++block)
      x = basic_block(x, filters, stage > 1 && block == 0 ? 2 : 1, weighted,
                      "layer" + std::to_string(stage) + "_" + std::to_string(block));
    filters *= 2;
  }
  if (!options.include_top) return without_top(x, options);
  return classes_of(put(GlobalAveragePooling2D(), "avg_pool", x), options, "linear");
}

}  // namespace

const std::vector<NetworkEntry>& cifar_resnet_networks() {
  static const std::vector<NetworkEntry> entries = {
      {"resnet20",
       "20 layers for small pictures, shortcuts without weights: 0.27 M",
       {32, 32, 3},
       10,
       record_cifar_resnet<3, false>},
      {"resnet32",
       "32 layers for small pictures, shortcuts without weights: 0.46 M",
       {32, 32, 3},
       10,
       record_cifar_resnet<5, false>},
      {"resnet44",
       "44 layers for small pictures, shortcuts without weights: 0.66 M",
       {32, 32, 3},
       10,
       record_cifar_resnet<7, false>},
      {"resnet56",
       "56 layers for small pictures, shortcuts without weights: 0.85 M",
       {32, 32, 3},
       10,
       record_cifar_resnet<9, false>},
      {"resnet20_b", "resnet20 with convolutions in its shortcuts", {32, 32, 3}, 10, record_cifar_resnet<3, true>},
      {"resnet32_b", "resnet32 with convolutions in its shortcuts", {32, 32, 3}, 10, record_cifar_resnet<5, true>},
      {"resnet44_b", "resnet44 with convolutions in its shortcuts", {32, 32, 3}, 10, record_cifar_resnet<7, true>},
      {"resnet56_b", "resnet56 with convolutions in its shortcuts", {32, 32, 3}, 10, record_cifar_resnet<9, true>}};
  return entries;
}

}  // namespace cajal
