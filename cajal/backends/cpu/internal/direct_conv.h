// Direct convolution: no copy of all patches is made; the images are read where they lie, or a few rows at a time with
// zeros around them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "cajal/backends/cpu/internal/conv_walk.h"
#include "cajal/backends/cpu/internal/convolution.h"

namespace cajal::cpu {

/// A convolution or the gradient of an image with everything decided that its sizes, the processor and the number of
/// threads decide. Made once, run any number of times, also by several threads at once if each brings a workspace. The
/// fields are read by the kernels; users need `workspace` only.
struct DirectConvPlan {
  /// How a walk is cut and what its taps are made of.
  struct Piece {
    ConvWalk walk;
    bool copies = false;       // source rows are copied, with zeros on both sides
    bool patches = false;      // whole patches are copied: where rows of the kernel are short
    int64_t segments = 0;      // of a patch, each contiguous in the source
    int64_t segment = 0;       // floats of one
    int64_t depth = 0;         // floats of a patch
    int64_t patch_stride = 0;  // distance of copied patches
    int64_t rows_at_once = 1, columns_at_once = 1;
    // A tile's rows are the same place in so many images, which all have the same taps inside; 0: neighbouring places.
    int64_t images_at_once = 0;
    int64_t image_stride = 0;  // of their copies
    int64_t b_offset = 0;      // of its packed kernels, in floats
  };

  size_t workspace = 0;  ///< bytes of scratch that run_direct_conv needs

  void (*run)(const DirectConvPlan&, const ConvOperands&) noexcept = nullptr;
  /// Brings kernels into the order in which they are read, where `packed_bytes` is not 0: into memory of so many bytes.
  void (*pack)(const DirectConvPlan&, const float* kernel, float* packed) noexcept = nullptr;
  size_t packed_bytes = 0;

  std::vector<Piece> pieces;
  ConvShape shape;
  bool transposed = false;  // the gradient of x: kernels are read the other way
  int64_t batch = 0, groups = 1;
  int64_t source_channels = 0, result_channels = 0;
  int64_t group_source = 0, group_result = 0;  // channels of a group
  bool pack_b = false, columns_outer = false;
  int64_t row_parts = 1, column_parts = 1;
  // The workspace, in floats: packed kernels, then the scratch of each part, with its own offsets.
  int64_t b_size = 0, part_size = 0;
  int64_t image_offset = 0, patches_offset = 0, pointers_offset = 0, places_offset = 0, starts_offset = 0,
          segments_offset = 0, counts_offset = 0;
};

/// Plans y (forward) or the gradient of x (input_gradient) for at most `threads` threads. The results have the same
/// bits for any number. `packs_once`: kernels are packed so seldom that it costs nothing.
DirectConvPlan plan_direct_conv(const ConvShape& shape, ConvDirection direction, int threads, bool packs_once = false);

/// Runs a planned convolution. Allocates nothing.
inline void run_direct_conv(const DirectConvPlan& plan, const ConvOperands& operands) noexcept {
  plan.run(plan, operands);
}

/// The gradient of the kernel, planned likewise.
struct DirectKernelGradientPlan {
  size_t workspace = 0;  ///< bytes of scratch that run_direct_kernel_gradient needs

  void (*run)(const DirectKernelGradientPlan&, const ConvOperands&) noexcept = nullptr;

  ConvShape shape;
  DirectConvPlan::Piece piece;          // how results of the convolution are read, a block at a time
  int64_t group_in = 0, group_out = 0;  // channels of a group
  int64_t taps = 0, rows = 0,
          row_tiles = 0;           // rows of the gradient that share a tap, and the tiles that they are cut to
  int64_t panels = 0;              // of the gradient's columns, in a group
  int64_t strips = 0, blocks = 0;  // of a row of results, of all results
  int64_t sums = 1;                // partial sums, which are added in order
  int64_t row_parts = 1, column_parts = 1;
  bool alone = true;  // on one thread
  // The workspace, in floats: partial sums, then the scratch of each part, with its own offsets.
  int64_t sums_size = 0, part_size = 0;
  int64_t image_offset = 0, starts_offset = 0, patches_offset = 0, steps_offset = 0, taps_offset = 0, panel_offset = 0;
};

/// For at most `threads` threads; the same bits for any number.
DirectKernelGradientPlan plan_direct_kernel_gradient(const ConvShape& shape, int threads);

inline void run_direct_kernel_gradient(const DirectKernelGradientPlan& plan, const ConvOperands& operands) noexcept {
  plan.run(plan, operands);
}

}  // namespace cajal::cpu
