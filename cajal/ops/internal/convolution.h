// What a convolution and its two gradients share.
#pragma once

#include "cajal/ops/convolution.h"
#include "cajal/ops/convolution_attributes.h"
#include "cajal/ops/internal/elementwise.h"
#include "cajal/ops/internal/window.h"

namespace cajal {

/// The shape of conv's result; throws Error where image, kernel and attributes do not fit.
Shape conv_shape(const ConvAttributes& attributes, const Shape& image, const Shape& kernel);
/// Of a gradient: the shape of the image, from that of dy and the kernel.
Shape conv_image_shape(const ConvGradientAttributes& attributes, const Shape& dy, const Shape& kernel);
/// Of a gradient: the shape of the kernel, from that of the image and dy.
Shape conv_kernel_shape(const ConvGradientAttributes& attributes, const Shape& image, const Shape& dy);

/// The three ops as they call one another: each one's gradients are the other two.
Var record_conv(const ConvAttributes& attributes, const Var& x, const Var& kernel);
Var record_conv_input_gradient(const ConvAttributes& attributes, const Var& dy, const Var& kernel, const Shape& image);
Var record_conv_kernel_gradient(const ConvAttributes& attributes, const Var& x, const Var& dy, const Shape& kernel);

/// Shapes of an image and a kernel, with attributes that fit them: what the three ops are proved on. Of large ones only
/// the values are proved, not the gradients.
struct ConvCase {
  Shape image, kernel;
  ConvAttributes attributes;
  bool large = false;
};
const std::vector<ConvCase>& conv_cases();

/// Sizes of a running convolution, whichever of image, kernel and result is the output.
struct ConvSizes : WindowPlaces {
  int64_t batch, groups, in, out;  ///< channels of the image and of the result
  int64_t group_in, group_out;     ///< those of one group
  ConvSizes(const ConvAttributes& a, const Operand& image, const Operand& kernel, const Operand& result)
      : WindowPlaces(a, spatial_of(image), kernel.shape().first(size_t(kernel.rank - 2)), spatial_of(result)),
        batch(image.dim(0)),
        groups(a.groups),
        in(image.dim(-1)),
        out(result.dim(-1)),
        group_in(in / groups),
        group_out(out / groups) {}
};

}  // namespace cajal
