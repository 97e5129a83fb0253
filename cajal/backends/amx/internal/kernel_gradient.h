// The gradient of a convolution's kernel with tiles: the images are the depth of the sums, 32 at a time, so that it is
// as fast on small images as on large ones, and any stride or dilation is a matter of which place is read.
#pragma once

#include <cstddef>

#include "cajal/backends/amx/internal/tiles.h"

namespace cajal::amx {

struct KernelGradientPlan {
  ConvGeometry sizes;
  int64_t groups = 1, channel_blocks = 1, filter_blocks = 1;  ///< of kDepth images, 32 channels, kColumns filters
  int64_t part_channels = 1, part_filters = 1;  ///< blocks of a part of the kernel, whose sums stay in the cache
  int64_t parts = 1;
  int64_t unit_groups = 1, band = 1;  ///< what is packed and multiplied at a time: groups, and rows of the result
  int64_t bands = 1, units = 1;
  int64_t sums = 1;  ///< of a part, each of some of the units; added in order, so that threads change no bit
  int64_t slots = 1;
  int64_t sum_floats = 0;    ///< of one sum
  size_t scratch_bytes = 0;  ///< of a slot
  size_t workspace() const { return size_t(sums * sum_floats) * sizeof(float) + size_t(slots) * scratch_bytes; }
};

/// Of one group.
KernelGradientPlan plan_kernel_gradient(const ConvGeometry& sizes, int threads);

/// dw of x and dy; `workspace`: KernelGradientPlan::workspace bytes.
template <class Tiles>
void run_kernel_gradient(const KernelGradientPlan& plan, const bfloat16* image, const bfloat16* gradient, float* kernel,
                         std::byte* workspace) noexcept;

}  // namespace cajal::amx
