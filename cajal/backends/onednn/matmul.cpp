// Products of bfloat16 matrices, plain and fused with what stands beside them.
#ifdef CAJAL_WITH_ONEDNN

#include <algorithm>

#include "cajal/backends/onednn/internal/choice.h"
#include "cajal/backends/onednn/internal/kernels.h"
#include "cajal/backends/onednn/internal/product.h"
#include "cajal/program/fused.h"

namespace cajal::onednn {
namespace {

// Opens the library; none where it is not there, or has nothing fast for these sizes.
std::shared_ptr<const void> prepare_product(const KernelQuery& query) {
  return Product::make(product_sizes(query), query.outputs()[0].dtype, query.threads);
}

// Nobody else carries out a call of bfloat16: it is only taken if it can be made ready. (The library keeps what it has
// made, so that `prepare` finds it.)
bool supports_product(const KernelQuery& query) {
  return is_bfloat16_product(query) && is_one_product(query) && !bfloat16_instructions().empty() &&
         prepare_product(query);
}

// What is refused here stays float32.
bool supports_chosen_product(const KernelQuery& query) {
  if (!is_bfloat16_product(query) || !is_one_product(query)) return false;
  const ProductSizes s = product_sizes(query);
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
  if (options.column_sums) operands.column_sums = call.out[1].as<float>();
  static_cast<const Product*>(call.prepared)->run(operands, finish_of_product(call), call.workspace);
}

}  // namespace

std::vector<Kernel> matmul_kernels(Choice choice) {
  const auto can = choice == Choice::table ? supports_chosen_product : supports_product;
  return {{"matmul", "bfloat16", run_product, can, prepare_product, product_workspace},
          {"fused_matmul", "bfloat16", run_fused_product, can, prepare_product, product_workspace}};
}

}  // namespace cajal::onednn

#endif
