// Convolutions turned round: each input spreads a small pattern over the output, which is larger.
#pragma once

#include "cajal/nn/activations.h"
#include "cajal/nn/constraint.h"
#include "cajal/nn/initializer.h"
#include "cajal/nn/layer.h"
#include "cajal/nn/regularizer.h"
#include "cajal/nn/sizes.h"

namespace cajal {

/// What transposed convolutions of one, two and three axes share.
struct ConvTranspose : Layer {
  struct Options {
    int64_t filters = 0;
    Sizes kernel_size = {};
    Sizes strides = 1;
    std::string padding = "valid";
    Sizes output_padding = {};
    DataFormat data_format = {};
    Sizes dilation_rate = 1;
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
      v("output_padding", output_padding), v("data_format", data_format), v("dilation_rate", dilation_rate);
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
  ConvTranspose(int axes, const char* class_name, Options options);

 private:
  int axes_;
};

/// Makes a sequence longer by `strides`: each step spreads a kernel over the result.
///
/// Shapes: [batch, length, channels] -> [batch, new length, filters]; kernel [kernel_size, filters, channels], bias
/// [filters]; the new length is length stride for padding "same", and for "valid" longer by what the last kernel
/// reaches beyond. Errors: an output_padding that is not below the stride. Source: Keras, `Conv1DTranspose`.
struct Conv1DTranspose : ConvTranspose {
  explicit Conv1DTranspose(Options options) : ConvTranspose(1, "Conv1DTranspose", std::move(options)) {}
  explicit Conv1DTranspose(int64_t filters, const Sizes& kernel_size, const AnyActivation& activation = {})
      : Conv1DTranspose(Options{.filters = filters, .kernel_size = kernel_size, .activation = activation}) {}
};

/// Makes a picture larger by `strides`: each pixel spreads a kernel over the result. For generators and decoders.
///
/// Formula: what Conv2D's gradient does with an image. Shapes: [batch, height, width, channels] -> [batch, new height,
/// new width, filters]; kernel [height, width, filters, channels], bias [filters]; sizes as Conv1DTranspose's.
/// Errors: an output_padding that is not below the stride. Source: Keras, `Conv2DTranspose`.
struct Conv2DTranspose : ConvTranspose {
  explicit Conv2DTranspose(Options options) : ConvTranspose(2, "Conv2DTranspose", std::move(options)) {}
  explicit Conv2DTranspose(int64_t filters, const Sizes& kernel_size, const AnyActivation& activation = {})
      : Conv2DTranspose(Options{.filters = filters, .kernel_size = kernel_size, .activation = activation}) {}
};

/// Makes a volume larger by `strides`: each place spreads a kernel over the result.
///
/// Shapes: [batch, depth, height, width, channels] -> [batch, new depth, new height, new width, filters]; kernel
/// [depth, height, width, filters, channels], bias [filters]; sizes as Conv1DTranspose's. Source: Keras,
/// `Conv3DTranspose`.
struct Conv3DTranspose : ConvTranspose {
  explicit Conv3DTranspose(Options options) : ConvTranspose(3, "Conv3DTranspose", std::move(options)) {}
  explicit Conv3DTranspose(int64_t filters, const Sizes& kernel_size, const AnyActivation& activation = {})
      : Conv3DTranspose(Options{.filters = filters, .kernel_size = kernel_size, .activation = activation}) {}
};

}  // namespace cajal
