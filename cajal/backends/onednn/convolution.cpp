// Convolutions, alone and fused with what stands behind them, and their gradients.
#ifdef CAJAL_WITH_ONEDNN

#include "cajal/backends/onednn/internal/convolution.h"

#include <algorithm>

#include "cajal/backends/onednn/internal/choice.h"
#include "cajal/backends/onednn/internal/kernels.h"
#include "cajal/program/fused.h"

namespace cajal::onednn {
namespace {

struct Problem {
  ConvKind kind;
  ConvGeometry sizes;
  Types types = {};
};

Problem problem_of(const KernelQuery& query) {
  const ConvCall call = conv_call(query);
  return {call.kind, call.sizes, {query.inputs[0].dtype, query.outputs()[0].dtype}};
}

bool is_half(const KernelQuery& query) { return query.inputs[0].dtype == DType::bfloat16; }

bool has_types(const KernelQuery& query) {
  const auto is_float32 = [](const Spec& s) { return s.dtype == DType::float32; };
  if (is_half(query)) return is_bfloat16_conv(query);
  return std::all_of(query.inputs.begin(), query.inputs.end(), is_float32) && is_float32(query.outputs()[0]);
}

// Opens the library; none where it is not there, or has nothing fast for these sizes.
std::shared_ptr<const void> prepare(const KernelQuery& query) {
  const Problem problem = problem_of(query);
  return Convolution::make(problem.kind, problem.sizes, problem.types, query.threads);
}

// Nobody else carries out a call of bfloat16: it is only taken if it can be made ready. (The library keeps what it has
// made, so that `prepare` finds it.)
bool supports(const KernelQuery& query) {
  if (!is_plain_conv(query) || !has_types(query)) return false;
  return !is_half(query) || (!bfloat16_instructions().empty() && prepare(query));
}

bool preferred(const KernelQuery& query) {
  const Problem problem = problem_of(query);
  return is_half(query) || is_chosen(problem.kind, problem.sizes, cpu_kind());
}

// Of bfloat16 only what is worth it: what is refused here stays float32.
bool supports_chosen(const KernelQuery& query) {
  if (!is_plain_conv(query) || !has_types(query)) return false;
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
  const bool forward = call.options<FusedConv>().kind == FusedConv::Kind::forward;
  std::byte *const first = call.in[0].data, *const out = call.out[0].data;
  convolution_of(call).run(forward ? first : out, call.in[1].data, forward ? out : first, finish_of_conv(call),
                           call.workspace);
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
