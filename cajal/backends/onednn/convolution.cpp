// Convolutions, alone and fused with what stands behind them, and their gradients.
#ifdef CAJAL_WITH_ONEDNN

#include "cajal/backends/onednn/internal/convolution.h"

#include <algorithm>

#include "cajal/backends/onednn/internal/choice.h"
#include "cajal/backends/onednn/internal/kernels.h"
#include "cajal/ops/convolution_attributes.h"
#include "cajal/program/fused.h"

namespace cajal::onednn {
namespace {

struct Problem {
  Kind kind;
  ConvSizes sizes;
  Types types = {};
};

Axis axis_of(const ConvAttributes& a, size_t i, int64_t image, int64_t kernel, int64_t result) {
  return {image, kernel, result, a.strides[i], a.low[i], a.dilation[i]};
}

ConvSizes sizes_of(const ConvAttributes& a, const Shape& image, const Shape& kernel, const Shape& result) {
  const auto x = image.ints(), w = kernel.ints(), y = result.ints();
  ConvSizes out;
  out.batch = x[0], out.channels = x.back(), out.filters = y.back(), out.groups = a.groups;
  const size_t axes = x.size() - 2;
  out.width = axis_of(a, axes - 1, x[axes], w[axes - 1], y[axes]);
  if (axes == 2) out.height = axis_of(a, 0, x[1], w[0], y[1]);
  return out;
}

Problem problem_of(const KernelQuery& query, Kind kind, const ConvAttributes& a) {
  const Shape &first = query.inputs[0].shape, &second = query.inputs[1].shape, &out = query.outputs()[0].shape;
  if (kind == Kind::forward) return {kind, sizes_of(a, first, second, out)};
  if (kind == Kind::input_gradient) return {kind, sizes_of(a, out, second, first)};
  return {kind, sizes_of(a, first, out, second)};
}

Problem problem_of_op(const KernelQuery& query) {
  if (query.node.op->name == "conv") return problem_of(query, Kind::forward, query.options<ConvAttributes>());
  if (query.node.op->name == "conv_input_gradient")
    return problem_of(query, Kind::input_gradient, query.options<ConvGradientAttributes>());
  if (query.node.op->name == "conv_kernel_gradient")
    return problem_of(query, Kind::kernel_gradient, query.options<ConvGradientAttributes>());
  const auto& fused = query.options<FusedConv>();
  return problem_of(query, fused.kind == FusedConv::Kind::forward ? Kind::forward : Kind::input_gradient, fused);
}

Problem problem_of(const KernelQuery& query) {
  Problem out = problem_of_op(query);
  out.types = {query.inputs[0].dtype, query.outputs()[0].dtype};
  return out;
}

// One- and two-dimensional, and not empty.
bool has_shapes(const KernelQuery& query) {
  const auto is_empty = [](const Spec& s) { return s.shape.size().value() == 0; };
  const int rank = query.inputs[0].shape.rank();
  return (rank == 3 || rank == 4) && std::none_of(query.inputs.begin(), query.inputs.end(), is_empty) &&
         !is_empty(query.outputs()[0]);
}

bool is_half(const KernelQuery& query) { return query.inputs[0].dtype == DType::bfloat16; }

// All of float32; or both operands of bfloat16, and what is as large as the result of either.
bool has_types(const KernelQuery& query) {
  const auto is_float32 = [](const Spec& s) { return s.dtype == DType::float32; };
  const auto is_either = [&](const Spec& s) { return is_float32(s) || s.dtype == DType::bfloat16; };
  const std::span<const Spec> more = std::span(query.inputs).subspan(2);
  const Spec& output = query.outputs()[0];
  if (!is_half(query)) return std::all_of(query.inputs.begin(), query.inputs.end(), is_float32) && is_float32(output);
  if (query.inputs[1].dtype != DType::bfloat16) return false;
  if (query.node.op->name == "conv_kernel_gradient") return is_float32(output);
  size_t channels = 0;  // inputs of the channels: bias, scale, shift
  if (!more.empty()) channels = size_t(query.options<FusedConv>().bias + 2 * query.options<FusedConv>().scale);
  return is_either(output) && std::all_of(more.begin(), more.begin() + std::ptrdiff_t(channels), is_float32) &&
         std::all_of(more.begin() + std::ptrdiff_t(channels), more.end(), is_either);
}

// Opens the library; none where it is not there, or has nothing fast for these sizes.
std::shared_ptr<const void> prepare(const KernelQuery& query) {
  const Problem problem = problem_of(query);
  return Convolution::make(problem.kind, problem.sizes, problem.types, query.threads);
}

// Nobody else carries out a call of bfloat16: it is only taken if it can be made ready. (The library keeps what it has
// made, so that `prepare` finds it.)
bool supports(const KernelQuery& query) {
  if (!has_shapes(query) || !has_types(query)) return false;
  return !is_half(query) || (!bfloat16_instructions().empty() && prepare(query));
}

bool preferred(const KernelQuery& query) {
  const Problem problem = problem_of(query);
  return is_half(query) || is_chosen(problem.kind, problem.sizes, cpu_kind());
}

// Of bfloat16 only what is worth it: what is refused here stays float32.
bool supports_chosen(const KernelQuery& query) {
  if (!has_shapes(query) || !has_types(query)) return false;
  const Problem problem = problem_of(query);
  if (is_half(query) && !is_chosen_in_bfloat16(problem.kind, problem.sizes, bfloat16_instructions())) return false;
  return supports(query);
}

size_t workspace(const KernelQuery&, const void* prepared) {
  return static_cast<const Convolution*>(prepared)->workspace();
}

const Convolution& convolution_of(const Call& call) { return *static_cast<const Convolution*>(call.prepared); }

void run_forward(const Call& call) noexcept {
  convolution_of(call).run(call.in[0].data, call.in[1].data, call.out[0].data, {}, call.workspace);
}

void run_input_gradient(const Call& call) noexcept {
  convolution_of(call).run(call.out[0].data, call.in[1].data, call.in[0].data, {}, call.workspace);
}

void run_kernel_gradient(const Call& call) noexcept {
  convolution_of(call).run(call.in[0].data, call.out[0].data, call.in[1].data, {}, call.workspace);
}

void run_fused(const Call& call) noexcept {
  const auto& options = call.options<FusedConv>();
  const auto input = [&](int i) -> const float* { return i < 0 ? nullptr : call.in[size_t(i)].as<float>(); };
  Finish steps{.bias = input(options.bias_input()),
               .scale = input(options.scale_input()),
               .shift = input(options.shift_input()),
               .relu = options.relu,
               .limit = options.limit};
  if (options.residual) steps.set_residual(call.in[size_t(options.residual_input())]);
  if (options.mask) steps.set_mask(call.in[size_t(options.mask_input())]);
  const bool forward = options.kind == FusedConv::Kind::forward;
  std::byte *const first = call.in[0].data, *const out = call.out[0].data;
  convolution_of(call).run(forward ? first : out, call.in[1].data, forward ? out : first, steps, call.workspace);
}

}  // namespace

std::vector<Kernel> convolution_kernels(Choice choice) {
  const auto should = choice == Choice::table ? preferred : nullptr;
  const auto can = choice == Choice::table ? supports_chosen : supports;
  return {{"conv", "direct", run_forward, can, prepare, workspace, should},
          {"conv_input_gradient", "direct", run_input_gradient, can, prepare, workspace, should},
          {"conv_kernel_gradient", "direct", run_kernel_gradient, can, prepare, workspace, should},
          {"fused_conv", "direct", run_fused, can, prepare, workspace, should}};
}

}  // namespace cajal::onednn

#endif
