#include "cajal/nn/internal/images.h"
#include "cajal/nn/layers/conv.h"
#include "cajal/ops/convolution.h"
#include "cajal/ops/elementwise.h"

namespace cajal {

Conv::Conv(int axes, const char* class_name, Options given) : options(std::move(given)), axes_(axes) {
  set_class_name(class_name);
  const std::string of = std::string(" of ") + class_name;
  if (options.filters < 1)
    fail(std::string(class_name) + " needs at least 1 filter and was given " + std::to_string(options.filters),
         std::string(class_name) + "(32, 3)");
  options.kernel_size = options.kernel_size.of(axes, "kernel_size" + of);
  options.strides = options.strides.of(axes, "strides" + of);
  options.dilation_rate = options.dilation_rate.of(axes, "dilation_rate" + of);
  internal::expect_padding(class_name, options.padding, axes == 1);
  internal::expect_groups(class_name, options.groups, options.filters, "filters");
}

Shape Conv::image(const Shape& given) const {
  const Shape out = internal::image_shape(*this, given, axes_, options.data_format);
  internal::expect_room(*this, "kernel", out, options.kernel_size, options.dilation_rate, options.padding);
  return out;
}

void Conv::build(const Shape& input) {
  const int64_t channels = image(input).back().value();
  internal::expect_groups(internal::title(*this), options.groups, channels, "channels");
  Shape shape = Shape::of(options.kernel_size.values());
  shape.push_back(channels / options.groups);
  shape.push_back(options.filters);
  kernel = add_weight("kernel", shape, options.kernel_initializer,
                      {true, options.kernel_regularizer.shared(), options.kernel_constraint.shared(), floatx()});
  if (options.use_bias)
    bias = add_weight("bias", {options.filters}, options.bias_initializer,
                      {true, options.bias_regularizer.shared(), options.bias_constraint.shared(), floatx()});
}

Var Conv::call(Var x) {
  internal::expect_channels(*this, image(x.shape()), kernel.shape()[-2] * options.groups);
  x = internal::with_channels_last(internal::as_float(x, kernel.dtype()), options.data_format);
  Var y = conv(x, kernel, options.strides.values(), options.padding, options.dilation_rate.values(), options.groups);
  if (options.use_bias) y = y + bias;
  y = options.activation(internal::with_channels_as_given(y, options.data_format));
  if (options.activity_regularizer) add_loss(options.activity_regularizer->penalty(y) / batch_count(y));
  return y;
}

}  // namespace cajal
