// Convolution with tiles: 16 images at the same place are the rows of a left operand, so that places at the edges of an
// image are not computed with zeros, and any stride or dilation is a matter of which place is read.
#pragma once

#include <cstddef>

#include "cajal/backends/amx/internal/tiles.h"

namespace cajal::amx {

/// y = conv(x, w), or the gradient of x where every place is visited: that is a convolution of dy, with w turned over.
struct ConvPlan {
  ConvGeometry sizes;   ///< of the convolution that is carried out: `channels` are read, `filters` written
  bool turned = false;  ///< w lies as [height, width, filters, channels] and is read from its end
  int64_t depth_blocks = 0, filter_blocks = 0,
          image_blocks = 0;     ///< of kDepth channels, kColumns filters, kRows images
  int64_t task_blocks = 1;      ///< blocks of images of a task,
  int64_t band = 1, bands = 1;  ///< and rows of the result, in so many bands
  int64_t read_rows = 1;        ///< rows of images that a band reads, at most
  int64_t tasks = 1, slots = 1;
  size_t packed_bytes = 0, scratch_bytes = 0;  ///< of w; of a slot
  bool packs_once = false;
  size_t workspace() const { return (packs_once ? 0 : packed_bytes) + size_t(slots) * scratch_bytes; }
};

/// Whether it can be done so: no groups, and of the gradient of x, a stride of 1.
bool can_conv(const ConvCall& call);
/// `packs_once`: w will be given packed.
ConvPlan plan_conv(const ConvCall& call, int threads, bool packs_once = false);

/// What is read and written. Of the gradient of x, `image` is dy and `result` dx.
struct ConvOperands {
  const bfloat16 *image = nullptr, *kernel = nullptr;
  void* result = nullptr;
  DType type = DType::float32;  ///< of the result
  Finish steps;
  std::byte* workspace = nullptr;     ///< ConvPlan::workspace bytes
  const std::byte* packed = nullptr;  ///< w as pack_conv left it; null: it is packed first
};

template <class Tiles>
void pack_conv(const ConvPlan& plan, const bfloat16* kernel, std::byte* packed) noexcept;
template <class Tiles>
void run_conv(const ConvPlan& plan, const ConvOperands& operands) noexcept;

}  // namespace cajal::amx
