// Attributes of the ops in convolution.h: what kernels and file writers read.
#pragma once

#include <cstdint>
#include <vector>

namespace cajal {

/// How a kernel moves over its input. One number per spatial axis in each list.
struct ConvAttributes {
  std::vector<int64_t> strides;
  std::vector<int64_t> low, high;  ///< zeros before and after the input; may be negative in no op
  std::vector<int64_t> dilation;   ///< distance of a kernel's neighbouring elements, in the input
  int64_t groups = 1;
  template <class V>
  void fields(V& v) const {
    v("strides", strides);
    v("low", low);
    v("high", high);
    v("dilation", dilation);
    v("groups", groups);
  }
};

/// Of the two gradients: `spatial` are the sizes that cannot be told from the inputs, those of the image for the
/// gradient of the image, those of the kernel for the gradient of the kernel.
struct ConvGradientAttributes : ConvAttributes {
  std::vector<int64_t> spatial;
  template <class V>
  void fields(V& v) const {
    ConvAttributes::fields(v);
    v("spatial", spatial);
  }
};

}  // namespace cajal
