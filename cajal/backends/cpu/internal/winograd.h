// Winograd's convolution F(4x4, 3x3): 3x3 kernels with a quarter of the multiplications, float32, channels last.
#pragma once

#include <cstddef>
#include <cstdint>

#include "cajal/backends/cpu/internal/convolution.h"

namespace cajal::cpu {

/// A convolution with everything decided that its sizes, the processor and the number of threads decide. Made once by
/// plan_winograd, run any number of times, also by several threads at once if each brings a workspace. The fields are
/// read by the kernels; users need `workspace` only.
struct WinogradPlan {
  size_t workspace = 0;  ///< bytes of scratch that run_winograd needs

  void (*run)(const WinogradPlan&, const ConvOperands&) noexcept = nullptr;
  // The same for images stored as bfloat16: one of the two, by what is computed.
  void (*run_narrow)(const WinogradPlan&, const NarrowConvOperands&) noexcept = nullptr;
  void (*run_narrow_gradient)(const WinogradPlan&, const NarrowGradientOperands&) noexcept = nullptr;

  // The convolution that the kernels see: the gradient of x is the convolution of dy with w turned by 180 degrees.
  ConvShape shape;
  bool turned = false;  // w is stored [3, 3, filters, channels] and turned
  int64_t tile_rows = 0, tile_columns = 0, tiles = 0;
  int parts = 1;
  int64_t tiles_at_once = 0;
  int64_t filters_at_once = 0;
  int64_t channels_at_once = 0;                // gradient of w only, like the two that follow
  int64_t rounds = 1;                          // 1: all 36 products together; 3: twelve at a time
  int64_t pieces = 1;                          // of the sum over the tiles
  size_t inputs_offset = 0;                    // of the parts' scratch in the workspace, in floats
  size_t part_floats = 0;                      // scratch of a part
  size_t second_offset = 0, third_offset = 0;  // in a part's scratch
};

/// Whether this is a convolution that can be computed so: a 3x3 kernel, no strides, no dilation, no groups, at most two
/// zeros on each side, and an image that every element of the kernel meets.
bool winograd_can(const ConvShape& shape);

/// Whether it is faster so than directly, by the class of the shape.
bool winograd_wins(const ConvShape& shape, ConvDirection direction);

/// Plans for at most `threads` threads; small convolutions use fewer. The results have the same bits for any number.
///
/// Results differ from the plain sum by about 1e-6 of it, norm by norm: the rounding errors of a 4x4 tile are those of
/// its largest terms. An infinity or NaN in the image reaches all results of the tiles that it touches.
WinogradPlan plan_winograd(const ConvShape& shape, ConvDirection direction, int threads);

/// Runs a planned convolution. Allocates nothing.
inline void run_winograd(const WinogradPlan& plan, const ConvOperands& operands) noexcept { plan.run(plan, operands); }

}  // namespace cajal::cpu
