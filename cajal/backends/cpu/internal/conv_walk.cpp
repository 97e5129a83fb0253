#include "cajal/backends/cpu/internal/conv_walk.h"

#include <algorithm>
#include <numeric>

namespace cajal::cpu {
namespace {

// One axis of a convolution.
struct WalkSizes {
  int64_t image, out, kernel, stride, pad, dilation;
};

ConvAxis forward_axis(const WalkSizes& s) {
  ConvAxis axis;
  axis.source = s.image, axis.result = axis.count = s.out;
  axis.step = s.stride, axis.first = -s.pad;
  axis.taps = s.kernel, axis.spacing = s.dilation;
  return axis;
}

// The elements phase, phase + stride, ... of the image. Element p is read through kernel element k by the output
// o = (p + pad - k dilation) / stride, where that is whole: through every period-th k, and o falls when k grows, so
// that the kernel is walked backwards.
ConvAxis gradient_axis(const WalkSizes& s, int64_t phase) {
  ConvAxis axis;
  axis.source = s.out, axis.result = s.image;
  axis.count = (s.image - phase + s.stride - 1) / s.stride;
  axis.result_first = phase, axis.result_step = s.stride;
  const int64_t common = std::gcd(s.stride, s.dilation), period = s.stride / common;
  axis.spacing = s.dilation / common;
  axis.kernel_step = -period;
  int64_t k = 0;
  while (k < period && (phase + s.pad - k * s.dilation) % s.stride != 0) ++k;
  axis.taps = k < period && k < s.kernel ? (s.kernel - 1 - k) / period + 1 : 0;
  if (axis.taps == 0) return axis;
  axis.kernel_first = k + (axis.taps - 1) * period;
  axis.first = (phase + s.pad - axis.kernel_first * s.dilation) / s.stride;
  return axis;
}

}  // namespace

std::vector<ConvWalk> conv_walks(const ConvShape& s, ConvDirection direction) {
  const WalkSizes rows = {s.height, s.out_height, s.kernel_height, s.stride_height, s.pad_top, s.dilation_height};
  const WalkSizes columns = {s.width, s.out_width, s.kernel_width, s.stride_width, s.pad_left, s.dilation_width};
  if (direction == ConvDirection::forward) return {{forward_axis(rows), forward_axis(columns)}};
  std::vector<ConvWalk> walks;
  for (int64_t i = 0; i < std::min(s.stride_height, s.height); ++i)
    for (int64_t j = 0; j < std::min(s.stride_width, s.width); ++j)
      walks.push_back({gradient_axis(rows, i), gradient_axis(columns, j)});
  return walks;
}

}  // namespace cajal::cpu
