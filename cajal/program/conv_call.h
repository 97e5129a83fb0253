// Calls of convolutions and of products of matrices as kernels see them: sizes, types, and what stands behind.
#pragma once

#include <cstdint>
#include <limits>

#include "cajal/program/kernel.h"

namespace cajal {

enum class ConvKind : uint8_t { forward, input_gradient, kernel_gradient };

/// One axis of a convolution: y[o] = sum over k of x[o stride + k dilation - low] w[k].
struct ConvAxis {
  int64_t image = 1, kernel = 1, result = 1, stride = 1, low = 0, dilation = 1;
  /// How far a kernel reaches.
  int64_t reach() const { return (kernel - 1) * dilation + 1; }
  /// Zeros that are read behind the image; where the last places are not read, none.
  int64_t high() const {
    const int64_t beyond = (result - 1) * stride + reach() - image - low;
    return beyond > 0 ? beyond : 0;
  }
  bool is_pointwise() const { return kernel == 1 && stride == 1 && low == 0 && image == result; }
  friend bool operator==(const ConvAxis&, const ConvAxis&) = default;
};

/// Image [batch, height, width, channels], kernel [height, width, channels / groups, filters], result [batch, height,
/// width, filters], whichever of them is the output. One-dimensional images have height 1.
struct ConvGeometry {
  int64_t batch = 1, channels = 1, filters = 1, groups = 1;
  ConvAxis height, width;

  int64_t image_row() const { return width.image * channels; }
  int64_t result_row() const { return width.result * filters; }
  int64_t image_size() const { return height.image * image_row(); }
  int64_t result_size() const { return height.result * result_row(); }
  int64_t kernel_size() const { return height.kernel * width.kernel * (channels / groups) * filters; }
  int64_t places() const { return batch * height.result * width.result; }
  /// Whether the kernel has one place and visits each place of the image: the places of all images are one long row.
  bool is_pointwise() const { return height.is_pointwise() && width.is_pointwise(); }
  /// Additions and multiplications of the plain algorithm.
  double flops() const { return 2.0 * double(places()) * double(kernel_size()); }
  friend bool operator==(const ConvGeometry&, const ConvGeometry&) = default;
};

/// What is computed of which convolution.
struct ConvCall {
  ConvKind kind = ConvKind::forward;
  ConvGeometry sizes;
};

/// Whether it is a call of one or two axes in which nothing is empty.
bool is_plain_conv(const KernelQuery& query);
/// Of `conv`, its gradients and `fused_conv`, where is_plain_conv.
ConvCall conv_call(const KernelQuery& query);
/// Whether both operands are bfloat16, and each value as large as the result is float32 or bfloat16 (the kernel's
/// gradient: float32).
bool is_bfloat16_conv(const KernelQuery& query);

/// [m, k] by [k, n]; a matrix that is transposed lies in memory as [k, m] or [n, k].
struct ProductSizes {
  int64_t m = 1, n = 1, k = 1;
  bool transpose_a = false, transpose_b = false;
  double flops() const { return 2.0 * double(m) * double(n) * double(k); }
};

/// Whether a `matmul` or `fused_matmul` is one product, and not empty: all rows of a against one matrix b are one
/// taller matrix.
bool is_one_product(const KernelQuery& query);
/// Of a call that is one product.
ProductSizes product_sizes(const KernelQuery& query);
/// Whether both operands are bfloat16, and result and mask float32 or bfloat16.
bool is_bfloat16_product(const KernelQuery& query);

/// What happens to the elements of a result, in this order, each step rounded to float32: + bias, * scale, + shift,
/// + residual, relu up to the limit, 0 where the mask does not lie between 0 and the limit. Null or false: not done.
struct Finish {
  const float *bias = nullptr, *scale = nullptr, *shift = nullptr;  ///< [channels]
  const float *residual = nullptr, *mask = nullptr;                 ///< of the result's shape
  bool relu = false;
  float limit = std::numeric_limits<float>::infinity();
  const bfloat16 *half_residual = nullptr, *half_mask = nullptr;  ///< where they are bfloat16

  void set_residual(const Operand& given) {
    if (given.dtype == DType::bfloat16) half_residual = given.as<bfloat16>();
    else residual = given.as<float>();
  }
  void set_mask(const Operand& given) {
    if (given.dtype == DType::bfloat16) half_mask = given.as<bfloat16>();
    else mask = given.as<float>();
  }
  bool is_empty() const { return !bias && !scale && !residual && !half_residual && !mask && !half_mask && !relu; }
};

/// Of a call of `fused_conv`.
Finish finish_of_conv(const Call& call);
/// Of a call of `fused_matmul`.
Finish finish_of_product(const Call& call);

}  // namespace cajal
