// The shapes of convolution, and its functions that are a line of other ops.
#include <algorithm>

#include "cajal/base/text.h"
#include "cajal/ops/internal/convolution.h"
#include "cajal/ops/internal/promotion.h"
#include "cajal/ops/shape.h"

namespace cajal {
namespace {

std::vector<int64_t> known_kernel(const Shape& kernel) {
  if (kernel.is_symbolic())
    fail("a kernel of the shape " + kernel.text() + ", whose size is not known",
         "only an image's batch may be unknown");
  return kernel.ints();
}

// Image and kernel must have the channels that the groups say.
void expect_channels(int64_t groups, const Shape& image, const Shape& kernel) {
  const int64_t channels = known_size(image, -1), expected = kernel[-2].value();
  expect_groups(groups, channels, "channels");
  expect_groups(groups, kernel[-1].value(), "filters");
  if (channels / groups == expected) return;
  const std::string share =
      groups == 1 ? ""
                  : ", " + std::to_string(channels / groups) + " in each of " + std::to_string(groups) + " groups,";
  fail("the image has " + std::to_string(channels) + " channels" + share + " and the kernel is for " +
           std::to_string(expected),
       "images are [batch, spatial..., channels], kernels [spatial..., channels / groups, filters]");
}

Window kernel_window(const ConvAttributes& a, const std::vector<int64_t>& size) {
  return {"kernel", size, a.strides, a.low, a.high, a.dilation};
}

void expect_result(const Shape& dy, const Shape& result) {
  if (!(dy == result))
    fail("a gradient of the shape " + dy.text() + " was given for a result of the shape " + result.text());
}

// The attributes but for the padding, with one number per spatial axis of the image.
ConvAttributes conv_attributes(int axes, const std::vector<int64_t>& strides, const std::vector<int64_t>& dilation,
                               int64_t groups) {
  return {per_axis(strides, axes, "strides"), {}, {}, per_axis(dilation, axes, "a dilation"), groups};
}

ConvAttributes conv_attributes(int axes, const std::vector<int64_t>& strides, const std::vector<int64_t>& low,
                               const std::vector<int64_t>& high, const std::vector<int64_t>& dilation, int64_t groups) {
  ConvAttributes out = conv_attributes(axes, strides, dilation, groups);
  out.low = per_axis(low, axes, "a padding"), out.high = per_axis(high, axes, "a padding");
  return out;
}

std::vector<int64_t> kernel_sizes(const Shape& kernel, int axes) {
  if (kernel.rank() != axes + 2)
    fail("a kernel of the shape " + kernel.text() + " for an image of " + std::to_string(axes) + " spatial axes",
         "kernels are [spatial..., channels / groups, filters]");
  return known_kernel(kernel.slice(0, axes));
}

Vars floats(const Var& a, const Var& b) {
  const Vars both = promoted({a, b});
  return {as_float(both[0]), as_float(both[1])};
}

Var padded_convolution(const Var& x, const Var& kernel, const std::vector<int64_t>& strides, const std::string& padding,
                       const std::vector<int64_t>& dilation, int64_t groups) {
  const int axes = spatial_axes(x.shape());
  ConvAttributes attributes = conv_attributes(axes, strides, dilation, groups);
  Window window = kernel_window(attributes, kernel_sizes(kernel.shape(), axes));
  window.pad_as(padding, spatial_sizes(x.shape()));
  attributes.low = window.low, attributes.high = window.high;
  const Vars both = floats(x, kernel);
  return record_conv(attributes, both[0], both[1]);
}

// The sizes that conv_transpose makes along one axis, and the zeros before and after in the convolution that it turns
// round. Keras: "valid" and "same" without output padding make what a convolution with that padding could have had.
struct Turned {
  int64_t size, low, high;
  Turned(int64_t from, int64_t stride, int64_t covered, bool same, const int64_t* output_padding) {
    const int64_t reached = (from - 1) * stride + covered;
    if (output_padding) size = reached + *output_padding - (same ? covered / 2 * 2 : 0);
    else size = same ? from * stride : reached + std::max<int64_t>(stride - covered, 0);
    const int64_t cut = std::max<int64_t>(reached - size, 0);
    low = cut / 2, high = cut - low;
    if (size < 1 || from < 1)
      fail("an axis of " + std::to_string(from) + " with stride " + std::to_string(stride) +
               " and a kernel that covers " + std::to_string(covered) + " would become one of " + std::to_string(size),
           "a larger output_padding or stride, or padding \"valid\"");
    if (size - reached >= stride)
      fail("an output_padding of " + std::to_string(*output_padding) + " leaves " + std::to_string(size - reached) +
               " places behind the last kernel, and a stride of " + std::to_string(stride) + " reaches no further",
           "an output_padding below the stride");
  }
};

Var transposed_convolution(const Var& x, const Var& kernel, ConvAttributes attributes, const std::string& padding,
                           const std::vector<int64_t>& output_padding) {
  const int axes = spatial_axes(x.shape());
  if (padding != "valid" && padding != "same")
    fail("there is no padding called '" + padding + "' here", choices(padding, {"valid", "same"}));
  const std::vector<int64_t> from = spatial_sizes(x.shape()), size = kernel_sizes(kernel.shape(), axes);
  if (!(kernel.dim(-1) == x.dim(-1)))
    fail("the image has " + x.dim(-1).text() + " channels and the kernel is for " + kernel.dim(-1).text(),
         "the kernel of a transposed convolution is [spatial..., filters, channels]");
  std::vector<int64_t> extra;
  if (!output_padding.empty()) extra = per_axis(output_padding, axes, "an output_padding");
  attributes.low.assign(size_t(axes), 0), attributes.high = attributes.low;
  const Window window = kernel_window(attributes, size);
  window.results(window.covered());  // the lists are in order
  Shape image{x.dim(0)};
  for (size_t i = 0; i < from.size(); ++i) {
    const Turned turned(from[i], attributes.strides[i], window.covered()[i], padding == "same",
                        extra.empty() ? nullptr : &extra[i]);
    image.push_back(turned.size);
    attributes.low[i] = turned.low, attributes.high[i] = turned.high;
  }
  image.push_back(kernel.dim(-2));
  const Vars both = floats(x, kernel);
  return record_conv_input_gradient(attributes, both[0], both[1], image);
}

}  // namespace

// ------------------------------------------------------------------------------------------------ shapes

Shape conv_shape(const ConvAttributes& attributes, const Shape& image, const Shape& kernel) {
  const int axes = spatial_axes(image);
  const std::vector<int64_t> size = kernel_sizes(kernel, axes);
  known_kernel(kernel);
  expect_channels(attributes.groups, image, kernel);
  Shape out = image;
  const std::vector<int64_t> results = kernel_window(attributes, size).results(spatial_sizes(image));
  for (int axis = 0; axis < axes; ++axis) out[axis + 1] = results[size_t(axis)];
  out[-1] = kernel[-1];
  return out;
}

Shape conv_image_shape(const ConvGradientAttributes& attributes, const Shape& dy, const Shape& kernel) {
  kernel_sizes(kernel, spatial_axes(dy));
  expect_groups(attributes.groups, kernel[-1].value(), "filters");
  Shape image{dy[0]};
  for (int64_t size : attributes.spatial) image.push_back(size);
  image.push_back(kernel[-2].value() * attributes.groups);
  expect_result(dy, conv_shape(attributes, image, kernel));
  return image;
}

Shape conv_kernel_shape(const ConvGradientAttributes& attributes, const Shape& image, const Shape& dy) {
  spatial_axes(image);
  const int64_t channels = known_size(image, -1);
  expect_groups(attributes.groups, channels, "channels");
  Shape kernel = Shape::of(attributes.spatial);
  kernel.push_back(channels / attributes.groups);
  kernel.push_back(dy.empty() ? Dim() : dy[-1]);
  expect_result(dy, conv_shape(attributes, image, kernel));
  return kernel;
}

// One to three axes; strides, dilation, both; paddings of all sorts, also beyond the window; groups, one per channel,
// with several kernels each; an image that the strides do not use up; no image at all.
// Large ones reach into every corner of a kernel that works tile by tile.
const std::vector<ConvCase>& conv_cases() {
  static const std::vector<ConvCase> cases{
      {{2, 5, 3}, {3, 3, 4}, {{1}, {0}, {0}, {1}, 1}},
      {{3, 9, 2}, {4, 2, 3}, {{2}, {3}, {0}, {1}, 1}},
      {{5, 8, 2}, {2, 2, 3}, {{3}, {4}, {5}, {3}, 1}},
      {{5, 6, 7, 3}, {3, 3, 3, 2}, {{1, 1}, {1, 1}, {1, 1}, {1, 1}, 1}},
      {{2, 7, 5, 2}, {3, 1, 2, 3}, {{2, 1}, {1, 0}, {1, 0}, {1, 1}, 1}},
      {{5, 8, 9, 1}, {2, 3, 1, 2}, {{2, 3}, {0, 1}, {1, 2}, {2, 1}, 1}},
      {{4, 6, 6, 4}, {3, 3, 2, 6}, {{1, 1}, {0, 0}, {0, 0}, {2, 2}, 2}},
      {{2, 5, 6, 3}, {3, 3, 1, 3}, {{1, 1}, {1, 1}, {1, 1}, {1, 1}, 3}},
      {{2, 6, 5, 2}, {3, 2, 1, 4}, {{2, 2}, {1, 0}, {1, 1}, {1, 1}, 2}},
      {{4, 5, 5, 6}, {1, 1, 6, 5}, {{1, 1}, {0, 0}, {0, 0}, {1, 1}, 1}},
      {{4, 5, 6, 3}, {1, 1, 3, 2}, {{2, 2}, {0, 0}, {0, 0}, {1, 1}, 1}},
      {{2, 11, 10, 17}, {3, 3, 17, 9}, {{1, 1}, {1, 1}, {1, 1}, {1, 1}, 1}},
      {{3, 4, 5, 4, 2}, {2, 2, 3, 2, 3}, {{1, 2, 1}, {0, 1, 1}, {1, 0, 1}, {1, 1, 1}, 1}},
      {{3, 5, 4, 5, 2}, {2, 1, 2, 1, 2}, {{2, 1, 1}, {0, 0, 1}, {0, 0, 1}, {2, 1, 2}, 2}},
      {{0, 4, 4, 2}, {3, 3, 2, 3}, {{1, 1}, {1, 1}, {1, 1}, {1, 1}, 1}},
      {{1, 3, 3, 0}, {2, 2, 0, 2}, {{1, 1}, {0, 0}, {0, 0}, {1, 1}, 1}},
      {{2, 17, 19, 35}, {3, 3, 35, 40}, {{1, 1}, {1, 1}, {1, 1}, {1, 1}, 1}, true},
      {{1, 33, 31, 3}, {7, 7, 3, 24}, {{2, 2}, {3, 3}, {3, 3}, {1, 1}, 1}, true},
      {{1, 12, 13, 16}, {5, 5, 16, 24}, {{1, 1}, {0, 0}, {0, 0}, {1, 1}, 1}, true},
      {{2, 14, 14, 64}, {1, 1, 64, 33}, {{1, 1}, {0, 0}, {0, 0}, {1, 1}, 1}, true},
      {{2, 16, 16, 32}, {3, 3, 32, 64}, {{2, 2}, {0, 0}, {1, 1}, {1, 1}, 1}, true},
      {{1, 15, 17, 40}, {3, 3, 1, 40}, {{2, 2}, {1, 1}, {1, 1}, {1, 1}, 40}, true},
      {{2, 16, 18, 33}, {3, 3, 1, 33}, {{1, 1}, {1, 1}, {1, 1}, {1, 1}, 33}, true}};
  return cases;
}

// ------------------------------------------------------------------------------------------------ functions

Var conv(const Var& x, const Var& kernel, const std::vector<int64_t>& strides, const std::string& padding,
         const std::vector<int64_t>& dilation, int64_t groups) {
  return named("conv", [&] { return padded_convolution(x, kernel, strides, padding, dilation, groups); });
}

Var conv_padded(const Var& x, const Var& kernel, const std::vector<int64_t>& strides, const std::vector<int64_t>& low,
                const std::vector<int64_t>& high, const std::vector<int64_t>& dilation, int64_t groups) {
  return named("conv_padded", [&] {
    const Vars both = floats(x, kernel);
    return record_conv(conv_attributes(spatial_axes(x.shape()), strides, low, high, dilation, groups), both[0],
                       both[1]);
  });
}

Var depthwise_conv(const Var& x, const Var& kernel, const std::vector<int64_t>& strides, const std::string& padding,
                   const std::vector<int64_t>& dilation) {
  return named("depthwise_conv", [&] {
    const int axes = spatial_axes(x.shape());
    kernel_sizes(kernel.shape(), axes);
    const int64_t channels = known_size(x.shape(), -1), multiplier = known_kernel(kernel.shape()).back();
    if (!(kernel.dim(-2) == channels))
      fail("the image has " + std::to_string(channels) + " channels and the kernel is for " + kernel.dim(-2).text(),
           "the kernel of a depthwise convolution is [spatial..., channels, multiplier]");
    Shape grouped = kernel.shape();
    grouped[-2] = 1, grouped[-1] = channels * multiplier;
    return padded_convolution(x, reshape(kernel, grouped), strides, padding, dilation, channels);
  });
}

Var separable_conv(const Var& x, const Var& depthwise, const Var& pointwise, const std::vector<int64_t>& strides,
                   const std::string& padding, const std::vector<int64_t>& dilation) {
  return conv(depthwise_conv(x, depthwise, strides, padding, dilation), pointwise);
}

Var conv_transpose(const Var& x, const Var& kernel, const std::vector<int64_t>& strides, const std::string& padding,
                   const std::vector<int64_t>& output_padding, const std::vector<int64_t>& dilation) {
  return named("conv_transpose", [&] {
    const ConvAttributes attributes = conv_attributes(spatial_axes(x.shape()), strides, dilation, 1);
    return transposed_convolution(x, kernel, attributes, padding, output_padding);
  });
}

Var conv_input_gradient(const Var& dy, const Var& kernel, const std::vector<int64_t>& spatial,
                        const std::vector<int64_t>& strides, const std::vector<int64_t>& low,
                        const std::vector<int64_t>& high, const std::vector<int64_t>& dilation, int64_t groups) {
  const int axes = spatial_axes(dy.shape());
  const ConvAttributes attributes = conv_attributes(axes, strides, low, high, dilation, groups);
  const Vars both = floats(dy, kernel);
  Shape image{dy.dim(0)};
  for (int64_t size : per_axis(spatial, axes, "an image")) image.push_back(size);
  image.push_back(0);
  return record_conv_input_gradient(attributes, both[0], both[1], image);
}

Var conv_kernel_gradient(const Var& x, const Var& dy, const std::vector<int64_t>& spatial,
                         const std::vector<int64_t>& strides, const std::vector<int64_t>& low,
                         const std::vector<int64_t>& high, const std::vector<int64_t>& dilation, int64_t groups) {
  const int axes = spatial_axes(x.shape());
  const ConvAttributes attributes = conv_attributes(axes, strides, low, high, dilation, groups);
  const Vars both = floats(x, dy);
  Shape kernel = Shape::of(per_axis(spatial, axes, "a kernel"));
  kernel.push_back(0), kernel.push_back(0);
  return record_conv_kernel_gradient(attributes, both[0], both[1], kernel);
}

}  // namespace cajal
