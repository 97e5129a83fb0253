// Convolutions: each output is a weighted sum of a small neighbourhood, with the same weights everywhere.
#pragma once

#include "cajal/nn/activations.h"
#include "cajal/nn/constraint.h"
#include "cajal/nn/initializer.h"
#include "cajal/nn/layer.h"
#include "cajal/nn/regularizer.h"
#include "cajal/nn/sizes.h"

namespace cajal {

/// What convolutions of one, two and three axes share.
struct Conv : Layer {
  struct Options {
    int64_t filters = 0;
    Sizes kernel_size = {};
    Sizes strides = 1;
    std::string padding = "valid";
    DataFormat data_format = {};
    Sizes dilation_rate = 1;
    int64_t groups = 1;
    AnyActivation activation = {};
    bool use_bias = true;
    Any<Initializer> kernel_initializer = "glorot_uniform";
    Any<Initializer> bias_initializer = "zeros";
    Any<Regularizer> kernel_regularizer = {};
    Any<Regularizer> bias_regularizer = {};
    Any<Regularizer> activity_regularizer = {};
    Any<Constraint> kernel_constraint = {};
    Any<Constraint> bias_constraint = {};

    template <class V>
    void fields(V& v) {
      v("filters", filters), v("kernel_size", kernel_size), v("strides", strides), v("padding", padding);
      v("data_format", data_format), v("dilation_rate", dilation_rate), v("groups", groups);
      v("activation", activation), v("use_bias", use_bias);
      v("kernel_initializer", kernel_initializer), v("bias_initializer", bias_initializer);
      v("kernel_regularizer", kernel_regularizer), v("bias_regularizer", bias_regularizer);
      v("activity_regularizer", activity_regularizer);
      v("kernel_constraint", kernel_constraint), v("bias_constraint", bias_constraint);
    }
  } options;
  Variable kernel, bias;

  void build(const Shape& input) override;
  Var call(Var x) override;
  Config config() const override { return described(class_name(), options); }

 protected:
  Conv(int axes, const char* class_name, Options options);
  Shape image(const Shape& given) const;

 private:
  int axes_;
};

/// A kernel moved along a sequence: for time series, sound and text.
///
/// Formula: activation(conv(x, kernel) + bias). Defaults: padding "valid" keeps to the sequence, "same" keeps its
/// length, "causal" sees only what came before. Shapes: [batch, length, channels] -> [batch, new length, filters];
/// kernel [kernel_size, channels / groups, filters], bias [filters]. Errors: a kernel longer than the sequence; groups
/// that do not divide channels and filters. Source: Keras, `Conv1D`.
struct Conv1D : Conv {
  explicit Conv1D(Options options) : Conv(1, "Conv1D", std::move(options)) {}
  explicit Conv1D(int64_t filters, const Sizes& kernel_size, const AnyActivation& activation = {})
      : Conv1D(Options{.filters = filters, .kernel_size = kernel_size, .activation = activation}) {}
};

/// A kernel moved over a picture: the layer that networks for images are made of.
///
/// `Conv2D(32, 3, "relu")` has 32 kernels of 3 x 3. Formula: activation(conv(x, kernel) + bias). Defaults: padding
/// "valid" keeps to the picture, "same" adds zeros so that with a stride of 1 its size stays. Shapes: [batch, height,
/// width, channels] -> [batch, new height, new width, filters]; kernel [height, width, channels / groups, filters],
/// bias [filters]. Errors: a kernel larger than the picture; groups that do not divide channels and filters; with the
/// sums. Cost: 2 new height new width kernel height kernel width channels filters / groups operations a sample.
/// Source: LeCun et al., 1998; Keras, `Conv2D`.
struct Conv2D : Conv {
  explicit Conv2D(Options options) : Conv(2, "Conv2D", std::move(options)) {}
  explicit Conv2D(int64_t filters, const Sizes& kernel_size, const AnyActivation& activation = {})
      : Conv2D(Options{.filters = filters, .kernel_size = kernel_size, .activation = activation}) {}
};

/// A kernel moved through a volume: for scans, and for films as pictures along time.
///
/// Shapes: [batch, depth, height, width, channels] -> [batch, new depth, new height, new width, filters]; kernel
/// [depth, height, width, channels / groups, filters], bias [filters]. Errors: as Conv2D. Source: Keras, `Conv3D`.
struct Conv3D : Conv {
  explicit Conv3D(Options options) : Conv(3, "Conv3D", std::move(options)) {}
  explicit Conv3D(int64_t filters, const Sizes& kernel_size, const AnyActivation& activation = {})
      : Conv3D(Options{.filters = filters, .kernel_size = kernel_size, .activation = activation}) {}
};

}  // namespace cajal
