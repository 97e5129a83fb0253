// Which of the convolution kernels computes what.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "cajal/backends/cpu/internal/direct_conv.h"

namespace cajal::cpu {

enum class ConvAlgorithm : uint8_t { direct, depthwise, few_channels, winograd };

/// The kernel for a convolution, by the class of its shape: the table stands in conv_choice.cpp.
ConvAlgorithm choose_conv(const ConvShape& shape, ConvDirection direction);

/// What profiles call it.
std::string_view conv_name(const ConvShape& shape, ConvAlgorithm algorithm);

/// Whether that kernel can read and write images stored as bfloat16.
bool conv_is_narrow(ConvAlgorithm algorithm);

/// A convolution planned with one of the kernels.
struct ConvPlan {
  size_t workspace = 0;  ///< bytes of scratch that `run` needs
  std::string_view name;
  std::shared_ptr<const void> plan;
  void (*run_plan)(const void* plan, const ConvOperands&) noexcept = nullptr;
  void (*run_narrow_plan)(const void* plan, const NarrowConvOperands&) noexcept = nullptr;
  void (*run_narrow_gradient_plan)(const void* plan, const NarrowGradientOperands&) noexcept = nullptr;

  /// Brings w into the order in which it is read, where `packed_bytes` is not 0: see DirectConvPlan::pack.
  void (*pack_plan)(const void* plan, const float* kernel, float* packed) noexcept = nullptr;
  size_t packed_bytes = 0;
  void pack(const float* kernel, float* packed) const noexcept { pack_plan(plan.get(), kernel, packed); }

  void run(const ConvOperands& operands) const noexcept { run_plan(plan.get(), operands); }
  /// For images stored as bfloat16, where the kernel has a form for them: see conv_is_narrow.
  void run(const NarrowConvOperands& operands) const noexcept { run_narrow_plan(plan.get(), operands); }
  void run(const NarrowGradientOperands& operands) const noexcept { run_narrow_gradient_plan(plan.get(), operands); }
};

/// With the kernel that choose_conv chooses. `packs_once`: w is packed so seldom that it costs nothing.
ConvPlan plan_conv(const ConvShape& shape, ConvDirection direction, int threads, bool packs_once = false);

}  // namespace cajal::cpu
