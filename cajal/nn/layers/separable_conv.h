// Separable convolutions: each channel by itself, then a mixture of the channels at each place.
#pragma once

#include "cajal/nn/activations.h"
#include "cajal/nn/constraint.h"
#include "cajal/nn/initializer.h"
#include "cajal/nn/layer.h"
#include "cajal/nn/regularizer.h"
#include "cajal/nn/sizes.h"

namespace cajal {

/// What separable convolutions of one and two axes share.
struct SeparableConv : Layer {
  struct Options {
    int64_t filters = 0;
    Sizes kernel_size = {};
    Sizes strides = 1;
    std::string padding = "valid";
    DataFormat data_format = {};
    Sizes dilation_rate = 1;
    int64_t depth_multiplier = 1;
    AnyActivation activation = {};
    bool use_bias = true;
    Any<Initializer> depthwise_initializer = "glorot_uniform";
    Any<Initializer> pointwise_initializer = "glorot_uniform";
    Any<Initializer> bias_initializer = "zeros";
    Any<Regularizer> depthwise_regularizer = {};
    Any<Regularizer> pointwise_regularizer = {};
    Any<Regularizer> bias_regularizer = {};
    Any<Regularizer> activity_regularizer = {};
    Any<Constraint> depthwise_constraint = {};
    Any<Constraint> pointwise_constraint = {};
    Any<Constraint> bias_constraint = {};

    template <class V>
    void fields(V& v) {
      v("filters", filters), v("kernel_size", kernel_size), v("strides", strides), v("padding", padding);
      v("data_format", data_format), v("dilation_rate", dilation_rate), v("depth_multiplier", depth_multiplier);
      v("activation", activation), v("use_bias", use_bias);
      v("depthwise_initializer", depthwise_initializer), v("pointwise_initializer", pointwise_initializer);
      v("bias_initializer", bias_initializer), v("depthwise_regularizer", depthwise_regularizer);
      v("pointwise_regularizer", pointwise_regularizer), v("bias_regularizer", bias_regularizer);
      v("activity_regularizer", activity_regularizer), v("depthwise_constraint", depthwise_constraint);
      v("pointwise_constraint", pointwise_constraint), v("bias_constraint", bias_constraint);
    }
  } options;
  Variable depthwise_kernel, pointwise_kernel, bias;

  void build(const Shape& input) override;
  Var call(Var x) override;
  Config config() const override { return described(class_name(), options); }

 protected:
  SeparableConv(int axes, const char* class_name, Options options);
  Shape image(const Shape& given) const;

 private:
  int axes_;
};

/// DepthwiseConv1D, then a mixture of the channels at each step.
///
/// Shapes: [batch, length, channels] -> [batch, new length, filters]; depthwise_kernel [kernel_size, channels,
/// depth_multiplier], pointwise_kernel [1, channels depth_multiplier, filters], bias [filters]. Source: Keras,
/// `SeparableConv1D`.
struct SeparableConv1D : SeparableConv {
  explicit SeparableConv1D(Options options) : SeparableConv(1, "SeparableConv1D", std::move(options)) {}
  explicit SeparableConv1D(int64_t filters, const Sizes& kernel_size, const AnyActivation& activation = {})
      : SeparableConv1D(Options{.filters = filters, .kernel_size = kernel_size, .activation = activation}) {}
};

/// DepthwiseConv2D, then a mixture of the channels at each place: nearly a Conv2D, at a fraction of its cost.
///
/// Shapes: [batch, height, width, channels] -> [batch, new height, new width, filters]; depthwise_kernel [height,
/// width, channels, depth_multiplier], pointwise_kernel [1, 1, channels depth_multiplier, filters], bias [filters].
/// Source: Chollet, "Xception", 2017; Keras, `SeparableConv2D`.
struct SeparableConv2D : SeparableConv {
  explicit SeparableConv2D(Options options) : SeparableConv(2, "SeparableConv2D", std::move(options)) {}
  explicit SeparableConv2D(int64_t filters, const Sizes& kernel_size, const AnyActivation& activation = {})
      : SeparableConv2D(Options{.filters = filters, .kernel_size = kernel_size, .activation = activation}) {}
};

}  // namespace cajal
