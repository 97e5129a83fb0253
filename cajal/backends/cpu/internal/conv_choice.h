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

/// A convolution planned with one of the kernels.
struct ConvPlan {
  size_t workspace = 0;  ///< bytes of scratch that `run` needs
  std::string_view name;
  std::shared_ptr<const void> plan;
  void (*run_plan)(const void* plan, const ConvOperands&) noexcept = nullptr;

  void run(const ConvOperands& operands) const noexcept { run_plan(plan.get(), operands); }
};

/// With the kernel that choose_conv chooses.
ConvPlan plan_conv(const ConvShape& shape, ConvDirection direction, int threads);

}  // namespace cajal::cpu
