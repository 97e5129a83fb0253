// Convolution of images of few channels, which the first layer of a network sees. A patch is so short there that
// looking for it costs as much as multiplying it: so the distances of its elements are listed once, images are read
// where they lie, or some rows at a time with zeros around them, and no patch is ever copied.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "cajal/backends/cpu/internal/conv_walk.h"
#include "cajal/backends/cpu/internal/convolution.h"

namespace cajal::cpu {

/// How images are read: a band of rows of results at a time.
struct FewChannelsBands {
  ConvWalk walk;
  bool copies = false;        // the rows that a band reads are copied, with zeros around them
  int64_t count = 1;          // bands of an image
  int64_t row_size = 0;       // floats from a row that is read to the next
  int64_t size = 0;           // floats of a band's copy
  std::vector<int32_t> taps;  // where each element of a patch lies, from the first on, in the order of the kernel
};

/// A convolution planned like DirectConvPlan.
struct FewChannelsPlan {
  size_t workspace = 0;  ///< bytes of scratch that `run` needs

  void (*run)(const FewChannelsPlan&, const ConvOperands&) noexcept = nullptr;
  /// As DirectConvPlan's.
  void (*pack)(const FewChannelsPlan&, const float* kernel, float* packed) noexcept = nullptr;
  size_t packed_bytes = 0;

  ConvShape shape;
  FewChannelsBands bands;
  std::vector<int32_t> steps;  // from each element of a patch to the next; the last is 0
  int64_t parts = 1;
  bool past_caches = false;   // results are written so, where they lie in whole vectors
  bool panels_outer = false;  // a row of results is computed panel by panel, not tile by tile
  int64_t packed_size = 0;    // floats of packed kernels, before the bands of the parts
};

/// Whether these kernels can and are the fastest.
bool few_channels_wins(const ConvShape& shape, ConvDirection direction);

/// For at most `threads` threads; the same bits for any number.
FewChannelsPlan plan_few_channels(const ConvShape& shape, int threads);

/// The gradient of the kernel, planned likewise.
struct FewChannelsGradientPlan {
  size_t workspace = 0;  ///< bytes of scratch that `run` needs

  void (*run)(const FewChannelsGradientPlan&, const ConvOperands&) noexcept = nullptr;

  ConvShape shape;
  FewChannelsBands bands;
  int64_t sums = 1;       // partial sums, each with a band's copy, which are added in order
  bool alone = true;      // on one thread
  int64_t sums_size = 0;  // floats of the partial sums, before the bands
};

FewChannelsGradientPlan plan_few_channels_gradient(const ConvShape& shape, int threads);

}  // namespace cajal::cpu
