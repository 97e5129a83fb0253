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

Problem problem_of(const KernelQuery& query) {
  if (query.node.op->name == "conv") return problem_of(query, Kind::forward, query.options<ConvAttributes>());
  if (query.node.op->name == "conv_input_gradient")
    return problem_of(query, Kind::input_gradient, query.options<ConvGradientAttributes>());
  if (query.node.op->name == "conv_kernel_gradient")
    return problem_of(query, Kind::kernel_gradient, query.options<ConvGradientAttributes>());
  const auto& fused = query.options<FusedConv>();
  return problem_of(query, fused.kind == FusedConv::Kind::forward ? Kind::forward : Kind::input_gradient, fused);
}

// One- and two-dimensional, float32, and not empty.
bool supports(const KernelQuery& query) {
  const auto is_float = [](const Spec& s) { return s.dtype == DType::float32; };
  const auto is_empty = [](const Spec& s) { return s.shape.size().value() == 0; };
  const int rank = query.inputs[0].shape.rank();
  return (rank == 3 || rank == 4) && std::all_of(query.inputs.begin(), query.inputs.end(), is_float) &&
         std::none_of(query.inputs.begin(), query.inputs.end(), is_empty) && !is_empty(query.outputs()[0]);
}

bool preferred(const KernelQuery& query) {
  const Problem problem = problem_of(query);
  return is_chosen(problem.kind, problem.sizes, cpu_kind());
}

// Opens the library; none where it is not there, or has nothing fast for these sizes.
std::shared_ptr<const void> prepare(const KernelQuery& query) {
  const Problem problem = problem_of(query);
  return Convolution::make(problem.kind, problem.sizes);
}

size_t workspace(const KernelQuery&, const void* prepared) {
  return static_cast<const Convolution*>(prepared)->workspace();
}

const Convolution& convolution_of(const Call& call) { return *static_cast<const Convolution*>(call.prepared); }

void run_forward(const Call& call) noexcept {
  convolution_of(call).run(call.in[0].as<float>(), call.in[1].as<float>(), call.out[0].as<float>(), {}, call.workspace);
}

void run_input_gradient(const Call& call) noexcept {
  convolution_of(call).run(call.out[0].as<float>(), call.in[1].as<float>(), call.in[0].as<float>(), {}, call.workspace);
}

void run_kernel_gradient(const Call& call) noexcept {
  convolution_of(call).run(call.in[0].as<float>(), call.out[0].as<float>(), call.in[1].as<float>(), {}, call.workspace);
}

void run_fused(const Call& call) noexcept {
  const auto& options = call.options<FusedConv>();
  const auto input = [&](int i) -> const float* { return i < 0 ? nullptr : call.in[size_t(i)].as<float>(); };
  const Finish steps{.bias = input(options.bias_input()),
                     .scale = input(options.scale_input()),
                     .shift = input(options.shift_input()),
                     .residual = input(options.residual_input()),
                     .mask = input(options.mask_input()),
                     .relu = options.relu,
                     .limit = options.limit};
  float *first = call.in[0].as<float>(), *out = call.out[0].as<float>();
  const bool forward = options.kind == FusedConv::Kind::forward;
  convolution_of(call).run(forward ? first : out, call.in[1].as<float>(), forward ? out : first, steps, call.workspace);
}

}  // namespace

std::vector<Kernel> all_kernels(Choice choice) {
  const auto should = choice == Choice::table ? preferred : nullptr;
  return {{"conv", "direct", run_forward, supports, prepare, workspace, should},
          {"conv_input_gradient", "direct", run_input_gradient, supports, prepare, workspace, should},
          {"conv_kernel_gradient", "direct", run_kernel_gradient, supports, prepare, workspace, should},
          {"fused_conv", "direct", run_fused, supports, prepare, workspace, should}};
}

}  // namespace cajal::onednn

#endif
