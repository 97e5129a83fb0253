// Attributes of the ops in pooling.h: what kernels and file writers read.
#pragma once

#include <cstdint>
#include <vector>

namespace cajal {

/// A window that moves over an image. One number per spatial axis in each list.
struct PoolAttributes {
  std::vector<int64_t> window, strides;
  std::vector<int64_t> low, high;  ///< places outside of the image before and after it; never a whole window
  std::vector<int64_t> dilation;   ///< distance of a window's neighbouring places
  bool count_padding = false;      ///< of averages: places outside count as zeros; otherwise they do not count
  template <class V>
  void fields(V& v) const {
    v("window", window);
    v("strides", strides);
    v("low", low);
    v("high", high);
    v("dilation", dilation);
    v("count_padding", count_padding);
  }
};

/// Of the gradients: the sizes of the image.
struct PoolGradientAttributes : PoolAttributes {
  std::vector<int64_t> spatial;
  template <class V>
  void fields(V& v) const {
    PoolAttributes::fields(v);
    v("spatial", spatial);
  }
};

}  // namespace cajal
