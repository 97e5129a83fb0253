// Products of bfloat16 matrices, plain and fused with what stands beside them.
#ifdef CAJAL_WITH_ONEDNN

#include <algorithm>

#include "cajal/backends/onednn/internal/choice.h"
#include "cajal/backends/onednn/internal/kernels.h"
#include "cajal/backends/onednn/internal/product.h"
#include "cajal/ops/linear_algebra_attributes.h"
#include "cajal/program/fused.h"

namespace cajal::onednn {
namespace {

bool is_fused(const KernelQuery& query) { return query.node.op == &fused_matmul_op(); }

int64_t leading_size(const Shape& shape) { return shape.slice(0, shape.rank() - 2).size().value(); }

// All rows of a against one matrix b are one taller product.
ProductSizes sizes_of(const KernelQuery& query) {
  ProductSizes out;
  if (is_fused(query)) {
    const auto& options = query.options<FusedMatmul>();
    out.transpose_a = options.transpose_a, out.transpose_b = options.transpose_b;
  } else {
    const auto& options = query.options<MatmulAttributes>();
    out.transpose_a = options.transpose_a, out.transpose_b = options.transpose_b;
  }
  const auto a = query.inputs[0].shape.ints(), c = query.outputs()[0].shape.ints();
  out.m = leading_size(query.outputs()[0].shape) * c[c.size() - 2];
  out.n = c.back();
  out.k = out.transpose_a ? a[a.size() - 2] : a.back();
  return out;
}

// Both operands of bfloat16; the result, and the mask, which is as large, of either type.
bool has_product_types(const KernelQuery& query) {
  const auto is_float32 = [](const Spec& s) { return s.dtype == DType::float32; };
  const auto is_bfloat16 = [](const Spec& s) { return s.dtype == DType::bfloat16; };
  const auto is_either = [&](const Spec& s) { return is_float32(s) || is_bfloat16(s); };
  const auto& in = query.inputs;
  if (!is_bfloat16(in[0]) || !is_bfloat16(in[1]) || !is_either(query.outputs()[0])) return false;
  if (!is_fused(query)) return true;
  const auto& options = query.options<FusedMatmul>();
  return (!options.bias || is_float32(in[2])) && (!options.mask || is_either(in.back())) &&
         (!options.column_sums || (is_float32(query.outputs()[1]) && !options.transpose_b));
}

bool has_product_shapes(const KernelQuery& query) {
  const auto is_empty = [](const Spec& s) { return s.shape.size().value() == 0; };
  const auto& in = query.inputs;
  if (is_empty(in[0]) || is_empty(in[1])) return false;
  if (in[0].shape.rank() == 2 && in[1].shape.rank() == 2) return true;
  const int64_t rows = leading_size(in[0].shape), all = leading_size(query.outputs()[0].shape);
  return leading_size(in[1].shape) == 1 && rows == all && !query.options<MatmulAttributes>().transpose_a;
}

// Opens the library; none where it is not there, or has nothing fast for these sizes.
std::shared_ptr<const void> prepare_product(const KernelQuery& query) {
  return Product::make(sizes_of(query), query.outputs()[0].dtype, query.threads);
}

// Nobody else carries out a call of bfloat16: it is only taken if it can be made ready. (The library keeps what it has
// made, so that `prepare` finds it.)
bool supports_product(const KernelQuery& query) {
  return has_product_types(query) && has_product_shapes(query) && !bfloat16_instructions().empty() &&
         prepare_product(query);
}

// What is refused here stays float32.
bool supports_chosen_product(const KernelQuery& query) {
  if (!has_product_types(query) || !has_product_shapes(query)) return false;
  const ProductSizes s = sizes_of(query);
  return is_product_chosen_in_bfloat16(s.m, s.n, s.k, bfloat16_instructions()) && supports_product(query);
}

size_t product_workspace(const KernelQuery&, const void* prepared) {
  return static_cast<const Product*>(prepared)->workspace();
}

void run_product(const Call& call) noexcept {
  const auto& product = *static_cast<const Product*>(call.prepared);
  product.run({call.in[0].as<bfloat16>(), call.in[1].as<bfloat16>(), call.out[0].data}, {}, call.workspace);
}

void run_fused_product(const Call& call) noexcept {
  const auto& options = call.options<FusedMatmul>();
  Product::Operands operands{call.in[0].as<bfloat16>(), call.in[1].as<bfloat16>(), call.out[0].data};
  Finish steps{.bias = options.bias ? call.in[2].as<float>() : nullptr, .relu = options.relu};
  if (options.mask) steps.set_mask(call.in.back());
  if (options.column_sums) operands.column_sums = call.out[1].as<float>();
  static_cast<const Product*>(call.prepared)->run(operands, steps, call.workspace);
}

}  // namespace

std::vector<Kernel> matmul_kernels(Choice choice) {
  const auto can = choice == Choice::table ? supports_chosen_product : supports_product;
  return {{"matmul", "bfloat16", run_product, can, prepare_product, product_workspace},
          {"fused_matmul", "bfloat16", run_fused_product, can, prepare_product, product_workspace}};
}

}  // namespace cajal::onednn

#endif
