#include "cajal/backends/cpu/internal/conv_choice.h"

#include "cajal/backends/cpu/internal/depthwise.h"
#include "cajal/backends/cpu/internal/few_channels.h"
#include "cajal/backends/cpu/internal/winograd.h"

namespace cajal::cpu {
namespace {

// The table: the first line that fits is taken.
struct ConvRule {
  bool (*fits)(const ConvShape&, ConvDirection);
  ConvAlgorithm algorithm;
};

constexpr ConvRule kConvRules[] = {
    {[](const ConvShape& s, ConvDirection) { return s.groups > 1 && depthwise_can(s); }, ConvAlgorithm::depthwise},
    {[](const ConvShape& s, ConvDirection d) { return winograd_can(s) && winograd_wins(s, d); },
     ConvAlgorithm::winograd},
    {few_channels_wins, ConvAlgorithm::few_channels},
    {[](const ConvShape&, ConvDirection) { return true; }, ConvAlgorithm::direct},
};

// The same for every kind of plan: what it is and how it is run.
template <class Plan>
ConvPlan conv_plan_of(Plan plan) {
  ConvPlan out;
  out.workspace = plan.workspace;
  if constexpr (requires { plan.packed_bytes; }) out.packed_bytes = plan.packed_bytes;
  out.plan = std::make_shared<const Plan>(std::move(plan));
  out.run_plan = [](const void* p, const ConvOperands& operands) noexcept {
    const Plan& planned = *static_cast<const Plan*>(p);
    planned.run(planned, operands);
  };
  if constexpr (requires { plan.pack; }) {
    out.pack_plan = [](const void* p, const float* kernel, float* packed) noexcept {
      const Plan& planned = *static_cast<const Plan*>(p);
      planned.pack(planned, kernel, packed);
    };
  }
  if constexpr (requires { plan.run_narrow; }) {
    out.run_narrow_plan = [](const void* p, const NarrowConvOperands& operands) noexcept {
      const Plan& planned = *static_cast<const Plan*>(p);
      planned.run_narrow(planned, operands);
    };
    out.run_narrow_gradient_plan = [](const void* p, const NarrowGradientOperands& operands) noexcept {
      const Plan& planned = *static_cast<const Plan*>(p);
      planned.run_narrow_gradient(planned, operands);
    };
  }
  return out;
}

}  // namespace

ConvAlgorithm choose_conv(const ConvShape& shape, ConvDirection direction) {
  for (const ConvRule& rule : kConvRules)
    if (rule.fits(shape, direction)) return rule.algorithm;
  return ConvAlgorithm::direct;
}

bool conv_is_narrow(ConvAlgorithm algorithm) {
  return algorithm == ConvAlgorithm::winograd || algorithm == ConvAlgorithm::depthwise;
}

std::string_view conv_name(const ConvShape& s, ConvAlgorithm algorithm) {
  if (algorithm == ConvAlgorithm::depthwise) return "conv depthwise";
  if (algorithm == ConvAlgorithm::few_channels) return "conv few channels";
  if (algorithm == ConvAlgorithm::winograd) return "conv winograd";
  if (s.kernel_height == 1 && s.kernel_width == 1) return "conv 1x1";
  return s.kernel_height == 3 && s.kernel_width == 3 ? "conv direct 3x3" : "conv direct";
}

ConvPlan plan_conv(const ConvShape& shape, ConvDirection direction, int threads, bool packs_once) {
  const ConvAlgorithm algorithm = choose_conv(shape, direction);
  ConvPlan out;
  if (algorithm == ConvAlgorithm::depthwise) {
    out = conv_plan_of(plan_depthwise(shape, direction, threads));
  } else if (algorithm == ConvAlgorithm::few_channels && direction == ConvDirection::kernel_gradient) {
    out = conv_plan_of(plan_few_channels_gradient(shape, threads));
  } else if (algorithm == ConvAlgorithm::few_channels) {
    out = conv_plan_of(plan_few_channels(shape, threads));
  } else if (algorithm == ConvAlgorithm::winograd) {
    out = conv_plan_of(plan_winograd(shape, direction, threads));
  } else if (direction == ConvDirection::kernel_gradient) {
    out = conv_plan_of(plan_direct_kernel_gradient(shape, threads));
  } else {
    out = conv_plan_of(plan_direct_conv(shape, direction, threads, packs_once));
  }
  out.name = conv_name(shape, algorithm);
  return out;
}

}  // namespace cajal::cpu
