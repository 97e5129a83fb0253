#include "cajal/nn/internal/images.h"
#include "cajal/nn/layers/depthwise_conv.h"
#include "cajal/ops/convolution.h"
#include "cajal/ops/elementwise.h"

namespace cajal {

DepthwiseConv::DepthwiseConv(int axes, const char* class_name, Options given) : options(std::move(given)), axes_(axes) {
  set_class_name(class_name);
  const std::string of = std::string(" of ") + class_name;
  if (options.depth_multiplier < 1)
    fail("depth_multiplier" + of + " is " + std::to_string(options.depth_multiplier) + ", and must be 1 or more");
  options.kernel_size = options.kernel_size.of(axes, "kernel_size" + of);
  options.strides = options.strides.of(axes, "strides" + of);
  options.dilation_rate = options.dilation_rate.of(axes, "dilation_rate" + of);
  internal::expect_padding(class_name, options.padding, false);
}

Shape DepthwiseConv::image(const Shape& given) const {
  const Shape out = internal::image_shape(*this, given, axes_, options.data_format);
  internal::expect_room(*this, "kernel", out, options.kernel_size, options.dilation_rate, options.padding);
  return out;
}

void DepthwiseConv::build(const Shape& input) {
  const int64_t channels = image(input).back().value();
  Shape shape = Shape::of(options.kernel_size.values());
  shape.push_back(channels);
  shape.push_back(options.depth_multiplier);
  kernel = add_weight("kernel", shape, options.depthwise_initializer,
                      {true, options.depthwise_regularizer.shared(), options.depthwise_constraint.shared(), floatx()});
  if (options.use_bias)
    bias = add_weight("bias", {channels * options.depth_multiplier}, options.bias_initializer,
                      {true, options.bias_regularizer.shared(), options.bias_constraint.shared(), floatx()});
}

Var DepthwiseConv::call(Var x) {
  internal::expect_channels(*this, image(x.shape()), kernel.shape()[-2]);
  x = internal::with_channels_last(internal::as_float(x, kernel.dtype()), options.data_format);
  Var y = depthwise_conv(x, kernel, options.strides.values(), options.padding, options.dilation_rate.values());
  if (options.use_bias) y = y + bias;
  y = options.activation(internal::with_channels_as_given(y, options.data_format));
  if (options.activity_regularizer) add_loss(options.activity_regularizer->penalty(y) / batch_count(y));
  return y;
}

}  // namespace cajal
