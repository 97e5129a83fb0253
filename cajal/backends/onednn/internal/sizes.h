// Two-dimensional convolution as this backend sees it: channels last. One-dimensional images have height 1.
#pragma once

#include <cstdint>

#include "cajal/tensor/dtype.h"

namespace cajal::onednn {

enum class Kind : uint8_t { forward, input_gradient, kernel_gradient };

/// float32 or bfloat16: of both operands, and of what is made of them (of float32 only float32). Sums are float32.
struct Types {
  DType operands = DType::float32, output = DType::float32;
};

/// One axis of a convolution: y[o] = sum over k of x[o stride + k dilation - low] w[k].
struct Axis {
  int64_t image = 1, kernel = 1, result = 1, stride = 1, low = 0, dilation = 1;
  /// How far a kernel reaches.
  int64_t reach() const { return (kernel - 1) * dilation + 1; }
  /// Zeros that are read behind the image; where the last places are not read, none.
  int64_t high() const {
    const int64_t beyond = (result - 1) * stride + reach() - image - low;
    return beyond > 0 ? beyond : 0;
  }
  friend bool operator==(const Axis&, const Axis&) = default;
};

/// Image [batch, height, width, channels], kernel [height, width, channels / groups, filters], result [batch, height,
/// width, filters], whichever of them is the output.
struct ConvSizes {
  int64_t batch = 1, channels = 1, filters = 1, groups = 1;
  Axis height, width;

  int64_t image_row() const { return width.image * channels; }
  int64_t result_row() const { return width.result * filters; }
  int64_t image_size() const { return height.image * image_row(); }
  int64_t result_size() const { return height.result * result_row(); }
  int64_t kernel_size() const { return height.kernel * width.kernel * (channels / groups) * filters; }
  int64_t places() const { return batch * height.result * width.result; }
  /// Additions and multiplications of the plain algorithm.
  double flops() const { return 2.0 * double(places()) * double(kernel_size()); }
  friend bool operator==(const ConvSizes&, const ConvSizes&) = default;
};

}  // namespace cajal::onednn
