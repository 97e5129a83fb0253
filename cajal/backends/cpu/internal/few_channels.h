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

/// A row of results that a micro-kernel works on.
struct FewRow {
  const float* image;    // the row's first patch
  const float* kernel;   // packed
  const int64_t* steps;  // from each element of a patch to the next, in bytes
  int64_t depth;
  float* result;
  int64_t place;  // of the row's first result
  bool past_caches;
  const ConvFinish* finish;  // null: nothing to do, which is asked once: a patch is short
};

/// One call of a micro-kernel for a row: tile after tile along it, and panel after panel.
struct FewTiles {
  void (*run)(const FewTiles&, const FewRow&) noexcept;
  int64_t image, image_step;  // the first patch, from the row's first on, and from one to the next
  int64_t place, place_step;  // of their results
  int64_t column;             // of the first panel, in a row of the result
  int64_t tiles, panels;
  int64_t ahead, ahead_step;  // the results that are asked for, from a tile on, and from one step to the next
  int64_t last;               // lanes of the last vector that exist, where the kernel is a partial one
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
  std::vector<int64_t> steps;   // from each element of a patch to the next, in bytes; the last is 0
  std::vector<FewTiles> calls;  // for each row
  int64_t parts = 1;
  bool past_caches = false;  // results are written so, where they lie in whole vectors
  int64_t packed_size = 0;   // floats of packed kernels, before the bands of the parts
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
