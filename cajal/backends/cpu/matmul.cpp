// Matrix products: plain, fused with what stands beside them, and in batches.
#include "cajal/backends/cpu/internal/gemm.h"
#include "cajal/backends/cpu/internal/parts.h"
#include "cajal/ops/linear_algebra_attributes.h"
#include "cajal/program/fused.h"

namespace cajal::cpu {
namespace {

// Operations of a batch below which a second thread is not worth its waking.
constexpr int64_t kFlopsPerThread = 1500 * 1000;

bool all_float(const KernelQuery& query) {
  const auto is_float = [](const Spec& s) { return s.dtype == DType::float32; };
  return std::all_of(query.inputs.begin(), query.inputs.end(), is_float) &&
         std::all_of(query.outputs().begin(), query.outputs().end(), is_float);
}

Gemm gemm_of(const std::vector<int64_t>& a, const std::vector<int64_t>& b, bool transpose_a, bool transpose_b) {
  const int64_t a_rows = a[a.size() - 2], a_columns = a.back(), b_rows = b[b.size() - 2], b_columns = b.back();
  Gemm gemm;
  gemm.m = transpose_a ? a_columns : a_rows;
  gemm.k = transpose_a ? a_rows : a_columns;
  gemm.n = transpose_b ? b_rows : b_columns;
  gemm.transpose_a = transpose_a, gemm.transpose_b = transpose_b;
  gemm.lda = a_columns, gemm.ldb = b_columns, gemm.ldc = gemm.n;
  return gemm;
}

// ------------------------------------------------------------------------------------------------ one product

std::shared_ptr<const void> prepare_fused(const KernelQuery& query) {
  const auto& options = query.options<FusedMatmul>();
  const auto a = query.inputs[0].shape.ints(), b = query.inputs[1].shape.ints();
  Gemm gemm = gemm_of(a, b, options.transpose_a, options.transpose_b);
  gemm.has_bias = options.bias;
  gemm.activation = options.relu ? Gemm::Activation::relu : Gemm::Activation::none;
  gemm.has_relu_mask = options.mask;
  gemm.has_column_sums = options.column_sums;
  return std::make_shared<const GemmPlan>(plan_gemm(gemm, query.threads));
}

size_t workspace_fused(const KernelQuery&, const void* prepared) {
  return static_cast<const GemmPlan*>(prepared)->workspace;
}

void run_fused(const Call& call) noexcept {
  const auto& plan = *static_cast<const GemmPlan*>(call.prepared);
  GemmOperands operands;
  operands.a = call.in[0].as<float>();
  operands.b = call.in[1].as<float>();
  operands.c = call.out[0].as<float>();
  size_t next = 2;
  if (plan.gemm.has_bias) operands.bias = call.in[next++].as<float>();
  if (plan.gemm.has_relu_mask) operands.mask = call.in[next].as<float>();
  if (plan.gemm.has_column_sums) operands.column_sums = call.out[1].as<float>();
  operands.workspace = call.workspace;
  run_gemm(plan, operands);
}

// ------------------------------------------------------------------------------------------------ batches

struct Batch {
  GemmPlan plan;
  std::vector<std::pair<int64_t, int64_t>> offsets;  // of a and b, for each product
  int64_t c_size = 0;
  int parts = 1;
  size_t part_bytes = 0;
};

// The offset of the matrix that belongs to the result's leading index number `batch`; axes of size 1 are repeated.
int64_t matrix_offset(const std::vector<int64_t>& in, const std::vector<int64_t>& out, int64_t batch) {
  int64_t offset = 0, stride = in[in.size() - 1] * in[in.size() - 2];
  for (size_t back = 3; back <= std::min(in.size(), out.size()); ++back) {
    const int64_t size = in[in.size() - back], steps = out[out.size() - back];
    if (size > 1) offset += batch % steps * stride;
    batch /= steps;
    stride *= size;
  }
  return offset;
}

int64_t leading(const std::vector<int64_t>& dims) {
  int64_t count = 1;
  for (size_t i = 0; i + 2 < dims.size(); ++i) count *= dims[i];
  return count;
}

std::shared_ptr<const void> prepare(const KernelQuery& query) {
  const auto& options = query.options<MatmulAttributes>();
  auto a = query.inputs[0].shape.ints(), b = query.inputs[1].shape.ints(), c = query.outputs()[0].shape.ints();
  // All rows of a against one matrix: a single taller product.
  if (leading(b) == 1 && !options.transpose_a && leading(a) == leading(c)) {
    a = {leading(a) * a[a.size() - 2], a.back()};
    c = {a[0], c.back()};
    b = {b[b.size() - 2], b.back()};
  }
  auto out = std::make_shared<Batch>();
  const Gemm gemm = gemm_of(a, b, options.transpose_a, options.transpose_b);
  const int64_t count = leading(c), flops = 2 * gemm.m * gemm.n * gemm.k;
  const bool share_batch = count >= query.threads || flops < kFlopsPerThread;
  if (count > 1 && share_batch)
    out->parts = int(std::min<int64_t>(count, parts_for(count * flops, kFlopsPerThread, query.threads)));
  out->plan = plan_gemm(gemm, count > 1 && share_batch ? 1 : query.threads);
  out->part_bytes = size_t(round_up(int64_t(out->plan.workspace), 64));
  out->c_size = gemm.m * gemm.n;
  for (int64_t i = 0; i < count; ++i) out->offsets.emplace_back(matrix_offset(a, c, i), matrix_offset(b, c, i));
  return out;
}

size_t workspace(const KernelQuery&, const void* prepared) {
  const Batch& batch = *static_cast<const Batch*>(prepared);
  return batch.part_bytes * size_t(batch.parts);
}

void run(const Call& call) noexcept {
  const Batch& batch = *static_cast<const Batch*>(call.prepared);
  for_parts(batch.parts, [&](int64_t part) {
    GemmOperands operands;
    operands.workspace = call.workspace + size_t(part) * batch.part_bytes;
    const Range range = piece(int64_t(batch.offsets.size()), part, batch.parts);
    for (int64_t i = range.begin; i < range.end; ++i) {
      operands.a = call.in[0].as<float>() + batch.offsets[size_t(i)].first;
      operands.b = call.in[1].as<float>() + batch.offsets[size_t(i)].second;
      operands.c = call.out[0].as<float>() + i * batch.c_size;
      run_gemm(batch.plan, operands);
    }
  });
}

}  // namespace

std::vector<Kernel> matmul_kernels() {
  return {{"fused_matmul", "packed", run_fused, all_float, prepare_fused, workspace_fused},
          {"matmul", "packed", run, all_float, prepare, workspace}};
}

}  // namespace cajal::cpu
