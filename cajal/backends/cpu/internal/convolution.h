// Two-dimensional convolution as the kernels of the cpu backend see it, float32, channels last.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

#include "cajal/tensor/dtype.h"

namespace cajal::cpu {

/// The sizes of y = conv(x, w): x [batch, height, width, channels], w [kernel_height, kernel_width, channels / groups,
/// filters], y [batch, out_height, out_width, filters]. One-dimensional images have a height of 1. Zeros after the
/// image follow from the output's sizes.
struct ConvShape {
  int64_t batch = 1, height = 1, width = 1, channels = 1;
  int64_t filters = 1, kernel_height = 1, kernel_width = 1;
  int64_t out_height = 1, out_width = 1;
  int64_t stride_height = 1, stride_width = 1;
  int64_t pad_top = 0, pad_left = 0;
  int64_t dilation_height = 1, dilation_width = 1;
  int64_t groups = 1;

  int64_t image_size() const { return height * width * channels; }
  int64_t out_size() const { return out_height * out_width * filters; }
  int64_t kernel_size() const { return kernel_height * kernel_width * (channels / groups) * filters; }
  /// Multiplications and additions of the plain algorithm.
  double flops() const { return 2.0 * double(batch * out_height * out_width) * double(kernel_size()); }
};

/// What of a convolution is computed: y, the gradient of x, the gradient of w.
enum class ConvDirection : uint8_t { forward, input_gradient, kernel_gradient };

/// What happens to each result before it is stored, in this order; `result` has y's shape (x's for the gradient of x).
/// Null: nothing.
template <class Result>
struct ConvFinishOf {
  const float* bias = nullptr;   ///< [filters], added
  const float* scale = nullptr;  ///< [filters], multiplied with; then `shift` is added: two roundings
  const float* shift = nullptr;
  const Result* residual = nullptr;  ///< of the result's shape, added
  bool relu = false;
  const Result* mask = nullptr;  ///< of the result's shape: the result is 0 where !(mask > 0): relu's gradient
  /// relu gives at most this (relu6), and the mask lets nothing through where it is reached.
  float limit = std::numeric_limits<float>::infinity();

  /// Nothing is done to the results.
  bool empty() const { return !bias && !scale && !residual && !relu && !mask; }
};

/// Where the arrays lie, and as what they are stored. The result may overlap nothing that is read.
template <class Image, class Other, class Result>
struct ConvOperandsOf {
  const Image* image = nullptr;   ///< x; dy for the gradient of x
  const Other* other = nullptr;   ///< w; dy for the gradient of w
  Result* result = nullptr;       ///< y, dx or dw
  ConvFinishOf<Result> finish;    ///< not for the gradient of w
  void* workspace = nullptr;      ///< the plan's `workspace` bytes, 64-byte aligned
  const float* packed = nullptr;  ///< w as the plan's `pack` left it; null: the kernel packs it
};

using ConvFinish = ConvFinishOf<float>;
using ConvOperands = ConvOperandsOf<float, float, float>;
/// Images as bfloat16, computed in float32: y or dx; dw.
using NarrowConvOperands = ConvOperandsOf<bfloat16, float, bfloat16>;
using NarrowGradientOperands = ConvOperandsOf<bfloat16, bfloat16, float>;

}  // namespace cajal::cpu
