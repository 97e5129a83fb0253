// Known networks for pictures, by name.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cajal/nn/model.h"

namespace cajal {

/// What can be chosen of every network. What is left out is the network's own.
struct NetworkOptions {
  bool include_top = true;   ///< with the layers that tell classes
  Shape input_shape = {};    ///< [height, width, channels]
  std::string pooling = {};  ///< without the top: "avg" or "max" over the whole picture; empty: the picture of features
  int64_t classes = 0;
  std::string classifier_activation = "softmax";  ///< "linear": numbers for a loss from logits
  double width = 1;                               ///< the share of each layer's channels: MobileNet's alpha
  double dropout = -1;                            ///< the share left out before the classes; -1: the network's own

  template <class V>
  void fields(V& v) {
    v("include_top", include_top), v("input_shape", input_shape), v("pooling", pooling), v("classes", classes);
    v("classifier_activation", classifier_activation), v("width", width), v("dropout", dropout);
  }
};

/// A network that can be asked for by name.
struct NetworkEntry {
  std::string_view name;     ///< "resnet20"
  std::string_view summary;  ///< one line
  std::vector<int64_t> input_shape;
  int64_t classes = 10;
  /// Records the layers on pictures [batch, height, width, channels], all options given.
  Var (*record)(const Var& image, const NetworkOptions& options);
};

/// All known networks, sorted by the family's file and size.
const std::vector<const NetworkEntry*>& all_networks();

/// The network with that name; throws Error with the nearest one.
const NetworkEntry& network_entry(std::string_view name);

/// A network with fresh weights: layers named as in Keras where Keras has it.
///
///     Model model = network("mobilenet_v2", {.input_shape = {160, 160, 3}, .classes = 2});
///
/// Shapes: [batch, height, width, channels] -> [batch, classes]; without the top [batch, ..., features]. Errors: a name
/// that is none, with the nearest; a picture too small for the layers, at the layer with the sums; a width or dropout
/// that makes no sense; out_of_memory, with the figure, before a weight is drawn.
Model network(std::string_view name, const NetworkOptions& options = {});

/// How many numbers the network's weights are, without making them: to know before it starts whether it fits.
int64_t network_size(std::string_view name, const NetworkOptions& options = {});

/// The same layers on a value that is there already: pictures that were prepared, part of a larger model.
Var network_on(const Var& image, std::string_view name, const NetworkOptions& options = {});

}  // namespace cajal
