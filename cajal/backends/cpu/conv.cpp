// Convolution and its gradients, in one and two dimensions, plain and with what stands behind them; which kernel
// computes which shape is decided in internal/conv_choice.cpp.
#include <algorithm>
#include <array>

#include "cajal/backends/cpu/internal/conv_choice.h"
#include "cajal/ops/convolution_attributes.h"
#include "cajal/program/fused.h"

namespace cajal::cpu {
namespace {

constexpr std::array<std::string_view, 6> kConvNames = {"conv 1x1",       "conv direct 3x3", "conv direct",
                                                        "conv depthwise", "conv winograd",   "conv few channels"};

// A call as the kernels see it.
struct ConvCall {
  ConvShape shape;
  ConvDirection direction;
};

ConvDirection direction_of(const KernelQuery& query) {
  if (query.node.op->name == "conv") return ConvDirection::forward;
  if (query.node.op->name == "conv_kernel_gradient") return ConvDirection::kernel_gradient;
  if (query.node.op->name == "conv_input_gradient") return ConvDirection::input_gradient;
  return query.options<FusedConv>().kind == FusedConv::Kind::forward ? ConvDirection::forward
                                                                     : ConvDirection::input_gradient;
}

// The attributes that all of them begin with.
const ConvAttributes& attributes_of(const KernelQuery& query) {
  if (query.node.op->name == "conv") return query.options<ConvAttributes>();
  if (query.node.op == &fused_conv_op()) return query.options<FusedConv>();
  return query.options<ConvGradientAttributes>();
}

// One dimension is two, the first of size 1.
ConvCall conv_call_of(const KernelQuery& query) {
  ConvCall out;
  out.direction = direction_of(query);
  const bool of_image = out.direction == ConvDirection::input_gradient;
  const bool of_kernel = out.direction == ConvDirection::kernel_gradient;
  const Spec& result = query.outputs()[0];
  const auto image = (of_image ? result : query.inputs[0]).shape.ints();
  const auto kernel = (of_kernel ? result : query.inputs[1]).shape.ints();
  const auto y = (of_image ? query.inputs[0] : of_kernel ? query.inputs[1] : result).shape.ints();
  const ConvAttributes& a = attributes_of(query);
  ConvShape& s = out.shape;
  const size_t axes = a.strides.size();
  s.batch = image[0], s.channels = image.back(), s.filters = y.back(), s.groups = a.groups;
  s.width = image[axes], s.kernel_width = kernel[axes - 1], s.out_width = y[axes];
  s.stride_width = a.strides.back(), s.dilation_width = a.dilation.back(), s.pad_left = a.low.back();
  if (axes == 1) return out;
  s.height = image[1], s.kernel_height = kernel[0], s.out_height = y[1];
  s.stride_height = a.strides[0], s.dilation_height = a.dilation[0], s.pad_top = a.low[0];
  return out;
}

template <size_t kName>
bool supports_conv(const KernelQuery& query) {
  const size_t rank = query.inputs[0].shape.ints().size();
  const auto is_float = [](const Spec& s) { return s.dtype == DType::float32; };
  if (!std::all_of(query.inputs.begin(), query.inputs.end(), is_float) || (rank != 3 && rank != 4)) return false;
  const ConvCall call = conv_call_of(query);
  return conv_name(call.shape, choose_conv(call.shape, call.direction)) == kConvNames[kName];
}

std::shared_ptr<const void> prepare_conv(const KernelQuery& query) {
  const ConvCall call = conv_call_of(query);
  return std::make_shared<const ConvPlan>(plan_conv(call.shape, call.direction, query.threads));
}

size_t workspace_conv(const KernelQuery&, const void* prepared) {
  return static_cast<const ConvPlan*>(prepared)->workspace;
}

ConvOperands operands_of(const Call& call) {
  ConvOperands operands;
  operands.image = call.in[0].as<float>();
  operands.other = call.in[1].as<float>();
  operands.result = call.out[0].as<float>();
  operands.workspace = call.workspace;
  return operands;
}

void run_plain_conv(const Call& call) noexcept { static_cast<const ConvPlan*>(call.prepared)->run(operands_of(call)); }

void run_fused_conv(const Call& call) noexcept {
  const auto& options = call.options<FusedConv>();
  const auto input = [&](int i) { return i < 0 ? nullptr : call.in[size_t(i)].as<float>(); };
  ConvOperands operands = operands_of(call);
  operands.finish = {.bias = input(options.bias_input()),
                     .scale = input(options.scale_input()),
                     .shift = input(options.shift_input()),
                     .residual = input(options.residual_input()),
                     .relu = options.relu,
                     .mask = input(options.mask_input()),
                     .limit = options.limit};
  static_cast<const ConvPlan*>(call.prepared)->run(operands);
}

template <size_t kName>
void add_conv_kernels(std::vector<Kernel>& out) {
  for (std::string_view op : {"conv", "conv_input_gradient", "conv_kernel_gradient"})
    out.push_back({op, kConvNames[kName], run_plain_conv, supports_conv<kName>, prepare_conv, workspace_conv});
  out.push_back({"fused_conv", kConvNames[kName], run_fused_conv, supports_conv<kName>, prepare_conv, workspace_conv});
}

}  // namespace

std::vector<Kernel> conv_kernels() {
  std::vector<Kernel> out;
  add_conv_kernels<0>(out), add_conv_kernels<1>(out), add_conv_kernels<2>(out), add_conv_kernels<3>(out);
  add_conv_kernels<4>(out), add_conv_kernels<5>(out);
  return out;
}

}  // namespace cajal::cpu
