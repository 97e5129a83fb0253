// What the networks of the zoo are made of.
#pragma once

#include <string>

#include "cajal/nn/layers.h"
#include "cajal/zoo/networks.h"

namespace cajal::internal {

/// Calls a layer under a name of its own.
template <class L>
Var put(L layer, const std::string& name, const Var& x) {
  layer.set_name(name);
  return layer(x);
}

/// The number of filters at a width: at least 1.
int64_t scaled(int64_t filters, double width);

/// The channels of a picture.
int64_t channels_of(const Var& image);

/// A convolution without bias, batch normalization as PyTorch's (momentum 0.9, epsilon 1e-5); "NAME_conv", "NAME_bn".
struct ConvNormOptions {
  int64_t filters = 0;
  int64_t kernel_size = 3;
  int64_t strides = 1;
};
/// As many zeros on every side as keep the place of the middle, as PyTorch has it: padding "same" puts fewer before.
Var conv_norm(const Var& x, const ConvNormOptions& options, const std::string& conv_name, const std::string& norm_name);

/// The end without a top: what `pooling` says.
Var without_top(const Var& features, const NetworkOptions& options);

/// Dropout where it is asked for, and a Dense layer for the classes.
Var classes_of(const Var& features, const NetworkOptions& options, const std::string& name = "predictions");

}  // namespace cajal::internal
