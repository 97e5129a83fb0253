// Convolution, in one, two or three dimensions, and its gradients, which are convolutions too.
//
// Channels stand last: images are [batch, spatial..., channels], kernels [spatial..., channels in / groups, channels
// out]. Lists of strides and dilations have one number per spatial axis, or one for all. Types: floats; all the same.
// Errors: channels that do not fit, groups that do not divide them, an image smaller than the kernel: with the sums.
// The versions for Tensors (cajal/eager/ops.h) are written from these lines.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cajal/graph/op.h"

namespace cajal {

/// A kernel moved over an image: at each place, the sum of the products.
///
/// Formula: y[n, o, c] = sum over k, i of x[n, o stride + k dilation - pad, i] w[k, i, c]. `padding` is "valid" (none),
/// "same" (zeros so that y has ceil(size / stride) places; an odd one goes after) or "causal" (one axis: all before).
/// With groups, output channel c sees the inputs of group c / (channels out / groups) only.
/// Shapes: x [n, s..., ci], w [k..., ci / groups, co] -> [n, o..., co], o = 1 + (s + pads - k') / stride rounded down,
/// with k' = (k - 1) dilation + 1. Only n may be unknown.
/// Gradient: conv_input_gradient, conv_kernel_gradient. Cost: 2 n o k ci co / groups operations.
/// Source: LeCun et al., 1998; Keras, `ops.conv`.
Var conv(const Var& x, const Var& kernel, const std::vector<int64_t>& strides = {1},
         const std::string& padding = "valid", const std::vector<int64_t>& dilation = {1}, int64_t groups = 1);

/// The same with so many zeros before and after each spatial axis.
Var conv_padded(const Var& x, const Var& kernel, const std::vector<int64_t>& strides, const std::vector<int64_t>& low,
                const std::vector<int64_t>& high, const std::vector<int64_t>& dilation = {1}, int64_t groups = 1);

/// Each channel convolved by kernels of its own.
///
/// Shapes: x [n, s..., c], kernel [k..., c, multiplier] -> [n, o..., c multiplier]: conv with c groups.
Var depthwise_conv(const Var& x, const Var& kernel, const std::vector<int64_t>& strides = {1},
                   const std::string& padding = "valid", const std::vector<int64_t>& dilation = {1});

/// depthwise_conv, then a convolution with kernels of one place.
///
/// Shapes: pointwise [1..., c multiplier, co].
Var separable_conv(const Var& x, const Var& depthwise, const Var& pointwise, const std::vector<int64_t>& strides = {1},
                   const std::string& padding = "valid", const std::vector<int64_t>& dilation = {1});

/// What conv does, turned round: each element of x spreads a kernel over the result. Makes images larger.
///
/// Formula: the gradient of conv's image, of the size below; of what "same" cuts off the smaller half is before.
/// Shapes: x [n, s..., ci], kernel [k..., co, ci] -> [n, o..., co]; with k' = (k - 1) dilation + 1, o = s stride +
/// max(k' - stride, 0) for "valid" and s stride for "same"; with `output_padding`, o = (s - 1) stride + k' +
/// output_padding for "valid", less 2 floor(k' / 2) for "same".
/// Errors: no place left; an output_padding that reaches beyond the stride. Source: Keras, `ops.conv_transpose`.
Var conv_transpose(const Var& x, const Var& kernel, const std::vector<int64_t>& strides = {1},
                   const std::string& padding = "valid", const std::vector<int64_t>& output_padding = {},
                   const std::vector<int64_t>& dilation = {1});

/// The gradient of conv's image, given that of its result; `spatial` are the image's sizes. Also conv_transpose's work.
///
/// Formula: dx[n, s, i] = sum of dy[n, o, c] w[k, i, c] over c and over (o, k) with o stride + k dilation - low = s.
/// Shapes: dy [n, o..., co], kernel [k..., ci / groups, co] -> [n, spatial..., ci].
/// Gradient: conv, conv_kernel_gradient.
Var conv_input_gradient(const Var& dy, const Var& kernel, const std::vector<int64_t>& spatial,
                        const std::vector<int64_t>& strides, const std::vector<int64_t>& low,
                        const std::vector<int64_t>& high, const std::vector<int64_t>& dilation, int64_t groups = 1);

/// The gradient of conv's kernel, given that of its result; `spatial` are the kernel's sizes.
///
/// Formula: dw[k, i, c] = sum over n, o of x[n, o stride + k dilation - low, i] dy[n, o, c].
/// Shapes: x [n, s..., ci], dy [n, o..., co] -> [spatial..., ci / groups, co].
/// Gradient: conv_input_gradient, conv.
Var conv_kernel_gradient(const Var& x, const Var& dy, const std::vector<int64_t>& spatial,
                         const std::vector<int64_t>& strides, const std::vector<int64_t>& low,
                         const std::vector<int64_t>& high, const std::vector<int64_t>& dilation, int64_t groups = 1);

}  // namespace cajal
