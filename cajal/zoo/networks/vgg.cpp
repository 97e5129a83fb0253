// VGG: convolutions of 3 x 3 and nothing else, in five blocks.
// Source: K. Simonyan, A. Zisserman, "Very deep convolutional networks for large-scale image recognition", 2014; Keras,
// `VGG16`, `VGG19`.
#include <array>

#include "cajal/zoo/internal/network_parts.h"

namespace cajal {
namespace {

using namespace internal;

template <int... convolutions>
Var record_vgg(const Var& image, const NetworkOptions& options) {
  constexpr std::array<int, 5> counts = {convolutions...};
  constexpr std::array<int64_t, 5> filters = {64, 128, 256, 512, 512};
  Var x = image;
  for (size_t block = 0; block < counts.size(); ++block) {
    const std::string name = "block" + std::to_string(block + 1);
    for (int i = 1; i <= counts[block]; ++i) {
      Conv2D::Options conv{.filters = scaled(filters[block], options.width), .kernel_size = 3, .padding = "same"};
      conv.activation = "relu";
      x = put(Conv2D(conv), name + "_conv" + std::to_string(i), x);
    }
    x = put(MaxPooling2D(2), name + "_pool", x);
  }
  if (!options.include_top) return without_top(x, options);
  x = put(Flatten(), "flatten", x);
  x = put(Dense(scaled(4096, options.width), "relu"), "fc1", x);
  x = put(Dense(scaled(4096, options.width), "relu"), "fc2", x);
  return classes_of(x, options);
}

}  // namespace

const std::vector<NetworkEntry>& vgg_networks() {
  static const std::vector<NetworkEntry> entries = {
      {"vgg11", "8 convolutions and 3 dense layers", {224, 224, 3}, 1000, record_vgg<1, 1, 2, 2, 2>},
      {"vgg13", "10 convolutions and 3 dense layers", {224, 224, 3}, 1000, record_vgg<2, 2, 2, 2, 2>},
      {"vgg16", "13 convolutions and 3 dense layers", {224, 224, 3}, 1000, record_vgg<2, 2, 3, 3, 3>},
      {"vgg19", "16 convolutions and 3 dense layers", {224, 224, 3}, 1000, record_vgg<2, 2, 4, 4, 4>}};
  return entries;
}

}  // namespace cajal
