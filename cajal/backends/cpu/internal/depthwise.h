// Depthwise convolution: each channel by a kernel of its own. No products of matrices: vectors run along the channels.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "cajal/backends/cpu/internal/conv_walk.h"
#include "cajal/backends/cpu/internal/direct_conv.h"

namespace cajal::cpu {

/// A depthwise convolution with one kernel per channel, or one of its gradients, planned like DirectConvPlan.
struct DepthwisePlan {
  size_t workspace = 0;  ///< bytes of scratch that run_depthwise needs

  void (*run)(const DepthwisePlan&, const ConvOperands&) noexcept = nullptr;
  // The same for images stored as bfloat16: one of the two, by what is computed.
  void (*run_narrow)(const DepthwisePlan&, const NarrowConvOperands&) noexcept = nullptr;
  void (*run_narrow_gradient)(const DepthwisePlan&, const NarrowGradientOperands&) noexcept = nullptr;

  ConvShape shape;
  std::vector<ConvWalk> walks;   // not for the gradient of the kernel
  int64_t rows_per_range = 1;    // results' rows that are worth a thread
  int64_t channels_at_once = 1;  // of these rows, before the next channels
  int64_t sums = 1, blocks = 1;  // gradient of the kernel: partial sums, blocks of channels
  bool alone = true;             // and whether on one thread
};

/// Whether the kernels here can: one kernel per channel.
bool depthwise_can(const ConvShape& shape);

/// For at most `threads` threads; the same bits for any number.
DepthwisePlan plan_depthwise(const ConvShape& shape, ConvDirection direction, int threads);

inline void run_depthwise(const DepthwisePlan& plan, const ConvOperands& operands) noexcept {
  plan.run(plan, operands);
}

}  // namespace cajal::cpu
