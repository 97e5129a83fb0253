// For tests: convolution and its gradients as plain loops in double, each result with the sum of the absolute products.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "cajal/backends/cpu/internal/convolution.h"

namespace cajal::cpu {

struct ConvOracle {
  std::vector<double> sum, magnitude;
  explicit ConvOracle(int64_t size) : sum(size_t(size)), magnitude(size_t(size)) {}
  void add(int64_t at, double term) { sum[size_t(at)] += term, magnitude[size_t(at)] += std::abs(term); }
};

inline int64_t image_count(const ConvShape& s) { return s.batch * s.image_size(); }
inline int64_t out_count(const ConvShape& s) { return s.batch * s.out_size(); }

inline std::string describe(const ConvShape& s) {
  const auto text = [](int64_t a, int64_t b) { return std::to_string(a) + "x" + std::to_string(b); };
  return std::to_string(s.batch) + " of " + text(s.height, s.width) + "x" + std::to_string(s.channels) + " by " +
         text(s.kernel_height, s.kernel_width) + " -> " + text(s.out_height, s.out_width) + "x" +
         std::to_string(s.filters) + ", strides " + text(s.stride_height, s.stride_width) + ", pads " +
         text(s.pad_top, s.pad_left) + ", dilation " + text(s.dilation_height, s.dilation_width) + ", groups " +
         std::to_string(s.groups);
}

/// Calls use(index in x, index in w, index in y) for every product.
template <class Use>
void for_each_product(const ConvShape& s, const Use& use) {
  const int64_t in = s.channels / s.groups, out = s.filters / s.groups;
  for (int64_t n = 0; n < s.batch; ++n)
    for (int64_t i = 0; i < s.out_height; ++i)
      for (int64_t j = 0; j < s.out_width; ++j)
        for (int64_t k = 0; k < s.kernel_height; ++k)
          for (int64_t l = 0; l < s.kernel_width; ++l) {
            const int64_t row = i * s.stride_height + k * s.dilation_height - s.pad_top;
            const int64_t column = j * s.stride_width + l * s.dilation_width - s.pad_left;
            if (row < 0 || row >= s.height || column < 0 || column >= s.width) continue;
            const int64_t pixel = (n * s.height + row) * s.width + column;
            for (int64_t f = 0; f < s.filters; ++f)
              for (int64_t c = 0; c < in; ++c)
                use(pixel * s.channels + f / out * in + c, ((k * s.kernel_width + l) * in + c) * s.filters + f,
                    ((n * s.out_height + i) * s.out_width + j) * s.filters + f);
          }
}

/// One of the three, given the two arrays that it is computed from (x and w; dy and w; x and dy).
inline ConvOracle conv_oracle(const ConvShape& s, ConvDirection direction, const float* a, const float* b) {
  const bool forward = direction == ConvDirection::forward, of_image = direction == ConvDirection::input_gradient;
  ConvOracle out(forward ? out_count(s) : of_image ? image_count(s) : s.kernel_size());
  for_each_product(s, [&](int64_t x, int64_t w, int64_t y) {
    if (forward) out.add(y, double(a[x]) * b[w]);
    if (of_image) out.add(x, double(a[y]) * b[w]);
    if (direction == ConvDirection::kernel_gradient) out.add(w, double(a[x]) * b[y]);
  });
  return out;
}

inline void finish_oracle(ConvOracle& oracle, const ConvFinish& finish, int64_t channels) {
  for (int64_t i = 0; i < int64_t(oracle.sum.size()); ++i) {
    double& x = oracle.sum[size_t(i)];
    double& magnitude = oracle.magnitude[size_t(i)];
    const int64_t channel = i % channels;
    if (finish.bias) x += finish.bias[channel], magnitude += std::abs(finish.bias[channel]);
    if (finish.scale) {
      x = x * finish.scale[channel] + finish.shift[channel];
      magnitude = magnitude * std::abs(finish.scale[channel]) + std::abs(finish.shift[channel]);
    }
    if (finish.residual) x += finish.residual[i], magnitude += std::abs(finish.residual[i]);
    if (finish.relu) x = std::clamp(x, 0.0, double(finish.limit));
    if (finish.mask && !(finish.mask[i] > 0 && (std::isinf(finish.limit) || finish.mask[i] < finish.limit))) x = 0;
  }
}

/// A convolution of random sizes that gives at least one result.
inline ConvShape random_conv(std::mt19937& random, int64_t most_channels) {
  const auto draw = [&](int64_t low, int64_t high) {
    return std::uniform_int_distribution<int64_t>(low, high)(random);
  };
  ConvShape s;
  s.batch = draw(0, 3) ? draw(1, 5) : draw(6, 33);
  s.kernel_height = draw(1, 4), s.kernel_width = draw(1, 5);
  s.stride_height = draw(1, 3), s.stride_width = draw(1, 3);
  s.dilation_height = draw(0, 3) ? 1 : draw(2, 3), s.dilation_width = draw(0, 3) ? 1 : draw(2, 3);
  s.height = draw(1, 12), s.width = draw(1, 17);
  const auto axis = [&](int64_t& size, int64_t kernel, int64_t stride, int64_t dilation, int64_t& pad, int64_t& out) {
    const int64_t reach = (kernel - 1) * dilation + 1;
    pad = draw(0, 2) ? std::min(kernel / 2, draw(0, 3)) : 0;
    int64_t after = draw(0, 2) ? pad : 0;
    size = std::max(size, reach - pad - after);
    out = (size + pad + after - reach) / stride + 1;
  };
  axis(s.height, s.kernel_height, s.stride_height, s.dilation_height, s.pad_top, s.out_height);
  axis(s.width, s.kernel_width, s.stride_width, s.dilation_width, s.pad_left, s.out_width);
  s.groups = draw(0, 3) ? 1 : draw(2, 3);
  s.channels = s.groups * draw(1, most_channels), s.filters = s.groups * draw(1, most_channels);
  return s;
}

}  // namespace cajal::cpu
