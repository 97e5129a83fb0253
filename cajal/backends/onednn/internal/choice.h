// Which calls this backend takes: in float32 those for which it is faster than the cpu backend by more than 3 percent;
// in bfloat16 those for which it is thought to be.
#pragma once

#include <string_view>

#include "cajal/backends/onednn/internal/types.h"

namespace cajal::onednn {

/// Kinds of convolutions that the same kernels are good at; the first that fits.
enum class ShapeClass : uint8_t {
  depthwise_few,   ///< a kernel for each channel, of less than 1024 places or one image
  depthwise_some,  ///< of less than 4096 places
  depthwise,       ///< of more
  grouped,         ///< other groups
  pointwise_few,   ///< a matrix product, of less than 1024 places or one image
  pointwise_some,  ///< of less than 4096 places
  pointwise,       ///< of more
  first_winograd,  ///< less than 8 channels, 3x3, stride 1
  first,           ///< less than 8 channels: the first layer of a network
  winograd,        ///< 3x3, stride 1
  narrow,          ///< less than 32 channels
  strided,         ///< stride 2 or more, at most 3x3
  other,
};

ShapeClass class_of(const ConvGeometry& sizes);

/// What this machine is in the table: "AVX-512", "AVX2", or nothing.
std::string_view cpu_kind();

/// From the table in choice.cpp; nothing is measured here, so that runs repeat.
bool is_chosen(ConvKind kind, const ConvGeometry& sizes, std::string_view cpu);

/// The same for bfloat16 operands; `instructions` as library.h has them. What is not taken is better left in float32.
bool is_chosen_in_bfloat16(ConvKind kind, const ConvGeometry& sizes, std::string_view instructions);

/// Whether a product [m, k] by [k, n] of bfloat16 is taken.
bool is_product_chosen_in_bfloat16(int64_t m, int64_t n, int64_t k, std::string_view instructions);

}  // namespace cajal::onednn
