// Depthwise convolutions: each channel has kernels of its own.
#pragma once

#include "cajal/nn/activations.h"
#include "cajal/nn/constraint.h"
#include "cajal/nn/initializer.h"
#include "cajal/nn/layer.h"
#include "cajal/nn/regularizer.h"
#include "cajal/nn/sizes.h"

namespace cajal {

/// What depthwise convolutions of one and two axes share.
struct DepthwiseConv : Layer {
  struct Options {
    ByName by_name = {};
    Sizes kernel_size = {};
    Sizes strides = 1;
    std::string padding = "valid";
    int64_t depth_multiplier = 1;
    DataFormat data_format = {};
    Sizes dilation_rate = 1;
    AnyActivation activation = {};
    bool use_bias = true;
    Any<Initializer> depthwise_initializer = "glorot_uniform";
    Any<Initializer> bias_initializer = "zeros";
    Any<Regularizer> depthwise_regularizer = {};
    Any<Regularizer> bias_regularizer = {};
    Any<Regularizer> activity_regularizer = {};
    Any<Constraint> depthwise_constraint = {};
    Any<Constraint> bias_constraint = {};

    template <class V>
    void fields(V& v) {
      v("kernel_size", kernel_size), v("strides", strides), v("padding", padding);
      v("depth_multiplier", depth_multiplier), v("data_format", data_format), v("dilation_rate", dilation_rate);
      v("activation", activation), v("use_bias", use_bias);
      v("depthwise_initializer", depthwise_initializer), v("bias_initializer", bias_initializer);
      v("depthwise_regularizer", depthwise_regularizer), v("bias_regularizer", bias_regularizer);
      v("activity_regularizer", activity_regularizer);
      v("depthwise_constraint", depthwise_constraint), v("bias_constraint", bias_constraint);
    }
  } options;
  Variable kernel, bias;

  void build(const Shape& input) override;
  Var call(Var x) override;
  Config config() const override { return described(class_name(), options); }

 protected:
  DepthwiseConv(int axes, const char* class_name, Options options);
  Shape image(const Shape& given) const;

 private:
  int axes_;
};

/// Each channel of a sequence convolved by `depth_multiplier` kernels of its own.
///
/// Shapes: [batch, length, channels] -> [batch, new length, channels depth_multiplier]; kernel [kernel_size, channels,
/// depth_multiplier], bias [channels depth_multiplier]. Source: Keras, `DepthwiseConv1D`.
struct DepthwiseConv1D : DepthwiseConv {
  explicit DepthwiseConv1D(Options options) : DepthwiseConv(1, "DepthwiseConv1D", std::move(options)) {}
  explicit DepthwiseConv1D(const SizesArgument auto& kernel_size, const AnyActivation& activation = {})
      : DepthwiseConv1D(Options{.kernel_size = kernel_size, .activation = activation}) {}
};

/// Each channel of a picture convolved by `depth_multiplier` kernels of its own: the cheap half of MobileNet's layers.
///
/// Shapes: [batch, height, width, channels] -> [batch, new height, new width, channels depth_multiplier]; kernel
/// [height, width, channels, depth_multiplier], bias [channels depth_multiplier]. Cost: 2 kernel height kernel width
/// operations for each output. Source: Howard et al., "MobileNets", 2017; Keras, `DepthwiseConv2D`.
struct DepthwiseConv2D : DepthwiseConv {
  explicit DepthwiseConv2D(Options options) : DepthwiseConv(2, "DepthwiseConv2D", std::move(options)) {}
  explicit DepthwiseConv2D(const SizesArgument auto& kernel_size, const AnyActivation& activation = {})
      : DepthwiseConv2D(Options{.kernel_size = kernel_size, .activation = activation}) {}
};

}  // namespace cajal
