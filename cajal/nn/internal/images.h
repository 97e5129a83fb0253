// What layers of images share: turning channels, checking shapes, and saying what does not fit.
#pragma once

#include <string>
#include <vector>

#include "cajal/nn/layer.h"
#include "cajal/nn/sizes.h"

namespace cajal::internal {

/// "Conv2D 'conv2d_1'"
std::string title(const Layer& layer);

/// "height" of an image with two axes; "depth", "height", "width" with three; "length" with one.
std::string axis_name(int axis, int axes);

/// Throws Error where the shape is no batch of images with that many axes.
void expect_axes(const Layer& layer, const Shape& given, int axes, const DataFormat& format);

/// The shape with channels last. Throws Error as `expect_axes`, and where a size is not known.
Shape image_shape(const Layer& layer, const Shape& given, int axes, const DataFormat& format);

/// The image with channels last, and the result in the form that was given.
Var with_channels_last(const Var& x, const DataFormat& format);
Var with_channels_as_given(const Var& y, const DataFormat& format);

/// Throws Error where the layer was built for other channels than those of `image`.
void expect_channels(const Layer& layer, const Shape& image, const Dim& channels);

/// Throws Error where a window of that many places, dilated, is larger than the image: with the sums. `what` is
/// "kernel" or "window".
void expect_room(const Layer& layer, const std::string& what, const Shape& image, const Sizes& window,
                 const Sizes& dilation, const std::string& padding);

/// Throws Error unless `padding` is "valid", "same" or, where allowed, "causal".
void expect_padding(const std::string& owner, const std::string& padding, bool causal);

/// Throws Error where `groups` do not divide the number: with the sums.
void expect_groups(const std::string& owner, int64_t groups, int64_t number, const std::string& what);

/// Zeros round an image, and an image without its edges. Throws Error where nothing would be left: with the sums.
Var zero_padded(const Layer& layer, const Var& x, const std::vector<Margins::Pair>& padding, const DataFormat& format);
Var cropped(const Layer& layer, const Var& x, const std::vector<Margins::Pair>& cropping, const DataFormat& format);

/// An image made larger by whole factors.
Var enlarged(const Layer& layer, const Var& x, const Sizes& factors, const DataFormat& format,
             const std::string& interpolation = "nearest");

/// Throws Error unless the rate is from 0 to 1.
void expect_rate(const std::string& owner, double rate);

/// For each channel of each sample 0 with that probability, else 1 / (1 - rate).
Var channel_mask(const Layer& layer, const Var& x, int axes, double rate, const DataFormat& format);

/// x as a number of the type in which the layer counts.
Var as_float(const Var& x, DType type);

}  // namespace cajal::internal
