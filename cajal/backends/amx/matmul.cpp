// Products of matrices, plain and fused with what stands beside them.
#include "cajal/backends/amx/internal/kernels.h"
#include "cajal/backends/amx/internal/product.h"
#include "cajal/program/fused.h"

#ifdef CAJAL_HAS_AMX

namespace cajal::amx {
namespace {

// Below, a call costs more than its work.
constexpr double kLeastFlops = 2e5;

bool supports_all(const KernelQuery& query) {
  return why_no_tiles().empty() && is_bfloat16_product(query) && is_one_product(query);
}

bool supports_worthy(const KernelQuery& query) {
  if (!supports_all(query)) return false;
  return product_sizes(query).flops() >= kLeastFlops;
}

std::shared_ptr<const void> prepare(const KernelQuery& query) {
  return std::make_shared<const ProductPlan>(plan_product(product_sizes(query), query.threads, query.packs_once));
}

const ProductPlan& plan_of(const void* prepared) { return *static_cast<const ProductPlan*>(prepared); }

size_t workspace(const KernelQuery&, const void* prepared) { return plan_of(prepared).workspace(); }
size_t packed_bytes(const KernelQuery&, const void* prepared) { return plan_of(prepared).packed_bytes; }

void pack(const Call& call) noexcept {
  pack_product<HardwareTiles>(plan_of(call.prepared), call.in[0].as<bfloat16>(), call.out[0].data);
}

ProductOperands operands_of(const Call& call) {
  return {.a = call.in[0].as<bfloat16>(),
          .b = call.in[1].as<bfloat16>(),
          .result = call.out[0].data,
          .type = call.out[0].dtype,
          .steps = {},
          .workspace = call.workspace,
          .packed = call.packed};
}

void run_plain(const Call& call) noexcept { run_product<HardwareTiles>(plan_of(call.prepared), operands_of(call)); }

void run_fused(const Call& call) noexcept {
  ProductOperands operands = operands_of(call);
  operands.steps = finish_of_product(call);
  if (call.options<FusedMatmul>().column_sums) operands.column_sums = call.out[1].as<float>();
  run_product<HardwareTiles>(plan_of(call.prepared), operands);
}

}  // namespace

std::vector<Kernel> matmul_kernels(Choice choice) {
  const auto of = [&](std::string_view op, KernelFunction run) {
    return Kernel{.op = op,
                  .name = "tiles",
                  .run = run,
                  .supports = choice == Choice::everything ? supports_all : supports_worthy,
                  .prepare = prepare,
                  .workspace = workspace,
                  .packed_operand = 1,
                  .packed_bytes = packed_bytes,
                  .pack = pack};
  };
  return {of("matmul", run_plain), of("fused_matmul", run_fused)};
}

}  // namespace cajal::amx

#endif
