#include <fmt/format.h>

#include "cajal/nn/internal/images.h"
#include "cajal/nn/layers/conv_transpose.h"
#include "cajal/ops/convolution.h"
#include "cajal/ops/elementwise.h"

namespace cajal {
namespace {

void expect_below_strides(const std::string& owner, const Sizes& output_padding, const Sizes& strides) {
  for (size_t axis = 0; axis < output_padding.values().size(); ++axis)
    if (output_padding.values()[axis] >= strides.values()[axis])
      fail(fmt::format("{} has an output_padding of {} where its stride is {}: it must be less", owner,
                       output_padding.values()[axis], strides.values()[axis]),
           "leave it out, and the size follows from the padding");
}

}  // namespace

ConvTranspose::ConvTranspose(int axes, const char* class_name, Options given) : options(std::move(given)), axes_(axes) {
  set_class_name(class_name);
  const std::string of = std::string(" of ") + class_name;
  if (options.filters < 1)
    fail(std::string(class_name) + " needs at least 1 filter and was given " + std::to_string(options.filters),
         std::string(class_name) + "(32, 3)");
  options.kernel_size = options.kernel_size.of(axes, "kernel_size" + of);
  options.strides = options.strides.of(axes, "strides" + of);
  options.dilation_rate = options.dilation_rate.of(axes, "dilation_rate" + of);
  if (!options.output_padding.empty())
    options.output_padding = options.output_padding.of(axes, "output_padding" + of, 0);
  expect_below_strides(class_name, options.output_padding, options.strides);
  internal::expect_padding(class_name, options.padding, false);
}

void ConvTranspose::build(const Shape& input) {
  const Shape image = internal::image_shape(*this, input, axes_, options.data_format);
  Shape shape = Shape::of(options.kernel_size.values());
  shape.push_back(options.filters);
  shape.push_back(image.back());
  kernel = add_weight("kernel", shape, options.kernel_initializer,
                      {true, options.kernel_regularizer.shared(), options.kernel_constraint.shared(), floatx()});
  if (options.use_bias)
    bias = add_weight("bias", {options.filters}, options.bias_initializer,
                      {true, options.bias_regularizer.shared(), options.bias_constraint.shared(), floatx()});
}

Var ConvTranspose::call(Var x) {
  const Shape image = internal::image_shape(*this, x.shape(), axes_, options.data_format);
  internal::expect_channels(*this, image, kernel.shape()[-1]);
  x = internal::with_channels_last(internal::as_float(x, kernel.dtype()), options.data_format);
  Var y = conv_transpose(x, kernel, options.strides.values(), options.padding, options.output_padding.values(),
                         options.dilation_rate.values());
  if (options.use_bias) y = y + bias;
  y = options.activation(internal::with_channels_as_given(y, options.data_format));
  if (options.activity_regularizer) add_loss(options.activity_regularizer->penalty(y) / batch_count(y));
  return y;
}

}  // namespace cajal
