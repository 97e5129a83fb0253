// A plan in words.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cajal/program/fused.h"
#include "cajal/program/plan.h"

namespace cajal {
namespace {

std::string place_text(const Location& location) {
  switch (location.kind) {
    case Location::Kind::variable: return fmt::format("variable {}", location.index);
    case Location::Kind::constant: return fmt::format("constant {}", location.index);
    case Location::Kind::input: return fmt::format("input {}", location.index);
    default: return fmt::format("arena +{}", location.offset);
  }
}

// "conv + bias + relu": the op, and what rides along with it.
class Description {
 public:
  explicit Description(std::string_view op) : text_(op) {}
  Description& with(bool there, std::string_view what) {
    if (there) text_ += fmt::format(" + {}", what);
    return *this;
  }
  std::string text() const { return text_; }

 private:
  std::string text_;
};

std::string_view relu_text(float limit) { return std::isinf(limit) ? "relu" : "relu6"; }

std::string text_of(const FusedConv& fused) {
  return Description(fused.op->name)
      .with(fused.bias, "bias")
      .with(fused.scale, "scale")
      .with(fused.residual, "residual")
      .with(fused.relu, relu_text(fused.limit))
      .with(fused.mask, fmt::format("{} gradient", relu_text(fused.limit)))
      .text();
}

std::string text_of(const FusedMatmul& fused) {
  return Description("matmul")
      .with(fused.bias, "bias")
      .with(fused.relu, "relu")
      .with(fused.mask, "relu gradient")
      .with(fused.column_sums, "column sums")
      .text();
}

std::string text_of(const FusedBatchNorm& fused) {
  return Description("batch_norm_training")
      .with(fused.residual == FusedBatchNorm::Residual::before_relu, "residual")
      .with(fused.relu, relu_text(fused.limit))
      .with(fused.residual == FusedBatchNorm::Residual::after_relu, "residual")
      .with(fused.pool, "max_pool")
      .text();
}

std::string text_of(const FusedBatchNormGradient& fused) {
  return Description("batch_norm_gradient")
      .with(fused.pool, "max_pool gradient")
      .with(fused.mask != FusedBatchNormGradient::Mask::none, fmt::format("{} gradient", relu_text(fused.limit)))
      .with(fused.masked, "residual gradient")
      .text();
}

std::string text_of(const FusedElementwise& fused) {
  std::string out;
  for (const auto& instruction : fused.instructions)
    out += fmt::format("{}{}", out.empty() ? "" : " + ", instruction.op->name);
  return out;
}

}  // namespace

std::string description(const GraphNode& node) {
  if (node.op == &fused_conv_op()) return text_of(node.attributes.as<FusedConv>());
  if (node.op == &fused_matmul_op()) return text_of(node.attributes.as<FusedMatmul>());
  if (node.op == &fused_batch_norm_op()) return text_of(node.attributes.as<FusedBatchNorm>());
  if (node.op == &fused_batch_norm_gradient_op()) return text_of(node.attributes.as<FusedBatchNormGradient>());
  if (node.op == &fused_elementwise_op()) return text_of(node.attributes.as<FusedElementwise>());
  return std::string(node.op->name);
}

std::string Plan::text() const {
  std::string out = fmt::format("{} steps, arena {} bytes\n", steps.size(), arena_bytes);
  double total = 0;
  for (const Step& step : steps) total += flops_of(*this, step);
  for (size_t i = 0; i < steps.size(); ++i) {
    const Step& step = steps[i];
    const GraphNode& node = graph.nodes[size_t(step.node)];
    out += fmt::format("{:3} {:5.1f}%  {:24}  {}", i, 100 * flops_of(*this, step) / std::max(total, 1.0), step.name,
                       makes_value(*this, step) ? description(node) : "move");
    for (size_t k = 0; k < step.operands.size(); ++k) {
      const PlanValue& value = values[size_t(step.operands[k])];
      out += fmt::format("{}{} @ {}", int(k) == step.inputs ? " -> " : "  ", value.spec.text(),
                         place_text(value.location));
    }
    out += node.scope && !node.scope->empty() ? "   " + *node.scope + "\n" : "\n";
  }
  return out;
}

}  // namespace cajal
