// LeNet-5: the network that read the digits on cheques.
// Source: Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "Gradient-based learning applied to document recognition", 1998.
#include "cajal/zoo/internal/network_parts.h"

namespace cajal {
namespace {

using namespace internal;

Var record_lenet(const Var& image, const NetworkOptions& options) {
  auto conv = [&](int64_t filters, const char* padding, const char* name, const Var& x) {
    Conv2D::Options conv{.filters = scaled(filters, options.width), .kernel_size = 5, .padding = padding};
    conv.activation = "tanh";
    return put(Conv2D(conv), name, x);
  };
  // Pictures of 28 places get a margin, those of 32 have it already.
  Var x = conv(6, image.dim(1) == 28 ? "same" : "valid", "c1", image);
  x = put(AveragePooling2D(2), "s2", x);
  x = conv(16, "valid", "c3", x);
  x = put(AveragePooling2D(2), "s4", x);
  if (!options.include_top) return without_top(x, options);
  x = put(Flatten(), "flatten", x);
  x = put(Dense(scaled(120, options.width), "tanh"), "c5", x);
  x = put(Dense(scaled(84, options.width), "tanh"), "f6", x);
  return classes_of(x, options);
}

}  // namespace

const std::vector<NetworkEntry>& lenet_networks() {
  static const std::vector<NetworkEntry> entries = {
      {"lenet", "LeNet-5: two convolutions, three dense layers, tanh", {28, 28, 1}, 10, record_lenet}};
  return entries;
}

}  // namespace cajal
