// Convolution and its gradients, in one and two dimensions, plain and with what stands behind them; which kernel
// computes which shape is decided in internal/conv_choice.cpp.
#include <algorithm>
#include <array>
#include <optional>

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

// The type of the images, if all of them have it and the other operands are float32.
std::optional<DType> image_type(const KernelQuery& query, ConvDirection direction) {
  const DType image = query.inputs[0].dtype;
  const bool of_kernel = direction == ConvDirection::kernel_gradient;
  const auto expected = [&](size_t input) {
    if (input == 0 || of_kernel) return image;
    const int i = int(input);
    const bool fused = query.node.op == &fused_conv_op();
    const bool is_image =
        fused && (i == query.options<FusedConv>().residual_input() || i == query.options<FusedConv>().mask_input());
    return is_image ? image : DType::float32;
  };
  for (size_t i = 0; i < query.inputs.size(); ++i)
    if (query.inputs[i].dtype != expected(i)) return {};
  if (query.outputs()[0].dtype != (of_kernel ? DType::float32 : image)) return {};
  return image;
}

template <size_t kName>
bool supports_conv(const KernelQuery& query) {
  const int rank = query.inputs[0].shape.rank();
  const auto type = image_type(query, direction_of(query));
  if (!type || (rank != 3 && rank != 4)) return false;
  const ConvCall call = conv_call_of(query);
  const ConvAlgorithm algorithm = choose_conv(call.shape, call.direction);
  const bool stored = type == DType::float32 || (type == DType::bfloat16 && conv_is_narrow(algorithm));
  return stored && conv_name(call.shape, algorithm) == kConvNames[kName];
}

std::shared_ptr<const void> prepare_conv(const KernelQuery& query) {
  const ConvCall call = conv_call_of(query);
  return std::make_shared<const ConvPlan>(plan_conv(call.shape, call.direction, query.threads, query.packs_once));
}

size_t workspace_conv(const KernelQuery&, const void* prepared) {
  return static_cast<const ConvPlan*>(prepared)->workspace;
}

size_t packed_bytes(const KernelQuery&, const void* prepared) {
  return static_cast<const ConvPlan*>(prepared)->packed_bytes;
}

void pack_conv(const Call& call) noexcept {
  static_cast<const ConvPlan*>(call.prepared)->pack(call.in[0].as<float>(), call.out[0].as<float>());
}

template <class Image, class Other, class Result>
ConvOperandsOf<Image, Other, Result> operands_of(const Call& call) {
  ConvOperandsOf<Image, Other, Result> operands;
  operands.image = call.in[0].as<Image>();
  operands.other = call.in[1].as<Other>();
  operands.result = call.out[0].as<Result>();
  operands.workspace = call.workspace;
  operands.packed = reinterpret_cast<const float*>(call.packed);
  return operands;
}

const ConvPlan& plan_of(const Call& call) { return *static_cast<const ConvPlan*>(call.prepared); }
bool is_narrow(const Call& call) { return call.in[0].dtype == DType::bfloat16; }

void run_plain_conv(const Call& call) noexcept {
  if (is_narrow(call)) plan_of(call).run(operands_of<bfloat16, float, bfloat16>(call));
  else plan_of(call).run(operands_of<float, float, float>(call));
}

void run_kernel_gradient(const Call& call) noexcept {
  if (is_narrow(call)) plan_of(call).run(operands_of<bfloat16, bfloat16, float>(call));
  else plan_of(call).run(operands_of<float, float, float>(call));
}

template <class Image>
void run_fused_on(const Call& call) {
  const auto& options = call.options<FusedConv>();
  const auto input = [&](int i) { return i < 0 ? nullptr : call.in[size_t(i)].as<float>(); };
  const auto image = [&](int i) { return i < 0 ? nullptr : call.in[size_t(i)].as<Image>(); };
  auto operands = operands_of<Image, float, Image>(call);
  operands.finish = {.bias = input(options.bias_input()),
                     .scale = input(options.scale_input()),
                     .shift = input(options.shift_input()),
                     .residual = image(options.residual_input()),
                     .relu = options.relu,
                     .mask = image(options.mask_input()),
                     .limit = options.limit};
  plan_of(call).run(operands);
}

void run_fused_conv(const Call& call) noexcept {
  if (is_narrow(call)) run_fused_on<bfloat16>(call);
  else run_fused_on<float>(call);
}

template <size_t kName>
void add_conv_kernels(std::vector<Kernel>& out) {
  const auto add = [&](std::string_view op, KernelFunction run, bool packs) {
    Kernel kernel = {.op = op,
                     .name = kConvNames[kName],
                     .run = run,
                     .supports = supports_conv<kName>,
                     .prepare = prepare_conv,
                     .workspace = workspace_conv};
    if (packs) kernel.packed_operand = 1, kernel.packed_bytes = packed_bytes, kernel.pack = pack_conv;
    kernel.mixed = true;
    out.push_back(kernel);
  };
  add("conv", run_plain_conv, true), add("conv_input_gradient", run_plain_conv, true);
  add("fused_conv", run_fused_conv, true), add("conv_kernel_gradient", run_kernel_gradient, false);
}

}  // namespace

std::vector<Kernel> conv_kernels() {
  std::vector<Kernel> out;
  add_conv_kernels<0>(out), add_conv_kernels<1>(out), add_conv_kernels<2>(out), add_conv_kernels<3>(out);
  add_conv_kernels<4>(out), add_conv_kernels<5>(out);
  return out;
}

}  // namespace cajal::cpu
