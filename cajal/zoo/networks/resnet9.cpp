// ResNet-9: a small residual network that learns CIFAR-10 in minutes.
// Source: D. Page, "How to train your ResNet", 2018.
#include "cajal/zoo/internal/network_parts.h"

namespace cajal {
namespace {

using namespace internal;

Var conv_norm_relu(const Var& x, int64_t filters, const NetworkOptions& options, const std::string& name) {
  const Var y = conv_norm(x, {.filters = scaled(filters, options.width)}, name + "_conv", name + "_bn");
  return put(Activation("relu"), name + "_relu", y);
}

Var pair_and_shortcut(const Var& x, int64_t filters, const NetworkOptions& options, const std::string& name) {
  const Var y = conv_norm_relu(conv_norm_relu(x, filters, options, name + "_1"), filters, options, name + "_2");
  Add add;
  add.set_name(name + "_add");
  return add({x, y});
}

Var record_resnet9(const Var& image, const NetworkOptions& options) {
  Var x = conv_norm_relu(image, 64, options, "prep");
  x = put(MaxPooling2D(2), "layer1_pool", conv_norm_relu(x, 128, options, "layer1"));
  x = pair_and_shortcut(x, 128, options, "res1");
  x = put(MaxPooling2D(2), "layer2_pool", conv_norm_relu(x, 256, options, "layer2"));
  x = put(MaxPooling2D(2), "layer3_pool", conv_norm_relu(x, 256, options, "layer3"));
  x = pair_and_shortcut(x, 256, options, "res2");
  if (!options.include_top) return without_top(x, options);
  return classes_of(put(GlobalMaxPooling2D(), "max_pool", x), options);
}

}  // namespace

const std::vector<NetworkEntry>& resnet9_networks() {
  static const std::vector<NetworkEntry> entries = {
      {"resnet9",
       "8 convolutions with two shortcuts, for small pictures: 2.4 M weights",
       {32, 32, 3},
       10,
       record_resnet9}};
  return entries;
}

}  // namespace cajal
