// What each step of a run costs.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "cajal/base/parallel.h"
#include "cajal/program/fused.h"
#include "cajal/program/plan.h"

namespace cajal {
namespace {

double elements(const PlanValue& value) {
  double count = 1;
  for (int64_t dim : value.dims) count *= double(dim);
  return count;
}

}  // namespace

bool makes_value(const Plan& plan, const Step& step) {
  return plan.values[size_t(step.operands[size_t(step.inputs)])].source.node >= 0;
}

double flops_of(const Plan& plan, const Step& step) {
  const GraphNode& node = plan.graph.nodes[size_t(step.node)];
  const PlanValue& result = plan.values[size_t(step.operands[size_t(step.inputs)])];
  if (!makes_value(plan, step)) return 0;
  if (node.op->name == "matmul" || node.op == &fused_matmul_op()) {
    const PlanValue& a = plan.values[size_t(step.operands[0])];
    const PlanValue& b = plan.values[size_t(step.operands[1])];
    // m k + k n + m n of a product known, its depth is sqrt(|a| |b| / |c|) per batch.
    const double batch = elements(result) / double(result.dims.back()) / double(result.dims[result.dims.size() - 2]);
    const double depth =
        std::sqrt(elements(a) / batch * (elements(b) / std::min(batch, elements(b))) * batch / elements(result));
    if (b.dims.size() == 2) return 2 * elements(result) * std::sqrt(elements(a) * elements(b) / elements(result));
    return 2 * elements(result) * depth;
  }
  // Each element of the convolution's result is made of (channels in of a group) x (places of the kernel) products.
  auto products = [](const PlanValue& convolved, const PlanValue& kernel) {
    return 2 * elements(convolved) * elements(kernel) / std::max(double(kernel.dims.back()), 1.0);
  };
  auto operand = [&](int k) -> const PlanValue& { return plan.values[size_t(step.operands[size_t(k)])]; };
  const bool forward = node.op->name == "conv" || (node.op == &fused_conv_op() &&
                                                   node.attributes.as<FusedConv>().kind == FusedConv::Kind::forward);
  if (forward) return products(result, operand(1));
  if (node.op->name == "conv_input_gradient" || node.op == &fused_conv_op()) return products(operand(0), operand(1));
  if (node.op->name == "conv_kernel_gradient") return products(operand(1), result);
  if (node.op == &fused_elementwise_op())
    return elements(result) * double(node.attributes.as<FusedElementwise>().instructions.size());
  double most = 0;
  for (int operand : step.operands) most = std::max(most, elements(plan.values[size_t(operand)]));
  return most;
}

namespace {

double bytes_of(const Plan& plan, const Step& step) {
  double bytes = 0;
  for (int operand : step.operands) {
    const PlanValue& value = plan.values[size_t(operand)];
    bytes += elements(value) * double(size_of(value.spec.dtype));
  }
  return bytes;
}

std::string shapes_of(const Plan& plan, const Step& step) {
  std::string out;
  for (size_t k = 0; k < step.operands.size() && k < 4; ++k)
    out += (k ? " " : "") + Shape::of(plan.values[size_t(step.operands[k])].dims).text();
  return out;
}

}  // namespace

std::vector<StepProfile> Instance::profile(uint64_t step) {
  using Clock = std::chrono::steady_clock;
  begin(step, 0);
  std::vector<StepProfile> out;
  {
    FlushDenormals flush;
    for (size_t i = first_step(); i < kernels_.size(); ++i) {
      const auto before = Clock::now();
      kernels_[i](calls_[i]);
      const double seconds = std::chrono::duration<double>(Clock::now() - before).count();
      const Step& at = plan_->steps[i];
      const GraphNode& node = plan_->graph.nodes[size_t(at.node)];
      out.push_back({at.name + " " + shapes_of(*plan_, at), makes_value(*plan_, at) ? description(node) : "move",
                     node.scope ? *node.scope : "", seconds, bytes_of(*plan_, at), flops_of(*plan_, at)});
    }
  }
  end();
  return out;
}

std::string text(const std::vector<StepProfile>& profile, double peak_flops, double peak_bytes) {
  std::vector<const StepProfile*> order;
  double total = 0;
  for (const StepProfile& step : profile) {
    order.push_back(&step);
    total += step.seconds;
  }
  std::stable_sort(order.begin(), order.end(), [](auto* a, auto* b) { return a->seconds > b->seconds; });
  std::string out =
      fmt::format("{:>10} {:>6} {:>9} {:>8} {:>6}  {}\n", "time", "share", "GFLOP/s", "GB/s", "peak", "step");
  for (const StepProfile* step : order) {
    const double seconds = std::max(step->seconds, 1e-9);
    // The share of whichever limit the step is nearer to.
    double share = peak_flops > 0 ? step->flops / seconds / peak_flops : 0;
    if (peak_bytes > 0) share = std::max(share, step->bytes / seconds / peak_bytes);
    out += fmt::format("{:7.2f} us {:5.1f}% {:9.1f} {:8.1f} {:>6}  {}: {}{}\n", seconds * 1e6,
                       100 * step->seconds / total, step->flops / seconds * 1e-9, step->bytes / seconds * 1e-9,
                       share > 0 ? fmt::format("{:.0f}%", 100 * std::min(share, 9.99)) : "", step->op, step->kernel,
                       step->scope.empty() ? "" : "   " + step->scope);
  }
  return out + fmt::format("{:7.2f} us in all\n", total * 1e6);
}

}  // namespace cajal
