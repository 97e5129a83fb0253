// Convolutions, alone and fused with what stands behind them, and their gradients.
#include "cajal/backends/amx/internal/conv.h"
#include "cajal/backends/amx/internal/kernel_gradient.h"
#include "cajal/backends/amx/internal/kernels.h"
#include "cajal/backends/amx/internal/product.h"

#ifdef CAJAL_HAS_AMX

namespace cajal::amx {
namespace {

// Few channels: what a place sees is a row of a matrix.
bool makes_patches(const ConvCall& call) {
  return call.kind != ConvKind::input_gradient && can_make_patches(call.sizes) && !call.sizes.is_pointwise();
}

ProductSizes product_of(const ConvCall& call) {
  const ConvGeometry& s = call.sizes;
  const int64_t patch = s.height.kernel * s.width.kernel * s.channels;
  if (call.kind == ConvKind::kernel_gradient) return {.m = patch, .n = s.filters, .k = s.places(), .transpose_a = true};
  if (makes_patches(call)) return {.m = s.places(), .n = s.filters, .k = patch};
  if (call.kind == ConvKind::forward) return {.m = s.places(), .n = s.filters, .k = s.channels};
  return {.m = s.places(), .n = s.channels, .k = s.filters, .transpose_b = true};
}

ProductPlan plan_product_of(const ConvCall& call, int threads, bool packs_once) {
  std::optional<Patches> patches;
  if (makes_patches(call)) patches.emplace(call.sizes);
  return plan_product(product_of(call), threads, packs_once, patches);
}

// Ready to run, one of the two.
template <class Plan>
struct Prepared {
  std::optional<ProductPlan> product;
  Plan plan;
  size_t workspace() const { return product ? product->workspace() : plan.workspace(); }
};
using PreparedConv = Prepared<ConvPlan>;
using PreparedGradient = Prepared<KernelGradientPlan>;

bool has_tiles(const KernelQuery& query) {
  return why_no_tiles().empty() && is_bfloat16_conv(query) && is_plain_conv(query);
}

// What share of what tiles multiply is there.
double filled(int64_t count, int64_t block) { return double(count) / double(divide_up(count, block) * block); }

// Other kernels are slower than tiles by more than this.
constexpr double kLeastFilled = 1. / 24;
// Below, a call costs more than its work.
constexpr double kLeastFlops = 2e5;

bool is_worth_it(const ConvCall& call) {
  const ConvGeometry& s = call.sizes;
  if (makes_patches(call)) return s.flops() >= kLeastFlops;
  const bool of_kernel = call.kind == ConvKind::kernel_gradient;
  const int64_t rows = s.is_pointwise() ? s.places() : s.batch;
  return s.flops() >= kLeastFlops && rows >= kRows / 2 &&
         filled(rows, of_kernel ? kDepth : kRows) * filled(s.channels, kDepth) * filled(s.filters, kColumns) >=
             kLeastFilled;
}

bool can_run(const ConvCall& call) {
  if (call.sizes.groups != 1) return false;
  return call.kind == ConvKind::kernel_gradient || call.sizes.is_pointwise() || makes_patches(call) || can_conv(call);
}

bool supports_all(const KernelQuery& query) { return has_tiles(query) && can_run(conv_call(query)); }
bool supports_worthy(const KernelQuery& query) { return supports_all(query) && is_worth_it(conv_call(query)); }

std::shared_ptr<const void> prepare(const KernelQuery& query) {
  const ConvCall call = conv_call(query);
  PreparedConv out;
  if (call.sizes.is_pointwise() || makes_patches(call))
    out.product = plan_product_of(call, query.threads, query.packs_once);
  else out.plan = plan_conv(call, query.threads, query.packs_once);
  return std::make_shared<const PreparedConv>(out);
}

const PreparedConv& conv_of(const void* prepared) { return *static_cast<const PreparedConv*>(prepared); }

size_t workspace(const KernelQuery&, const void* prepared) { return conv_of(prepared).workspace(); }
size_t packed_bytes(const KernelQuery&, const void* prepared) {
  const PreparedConv& p = conv_of(prepared);
  return p.product ? p.product->packed_bytes : p.plan.packed_bytes;
}

void pack(const Call& call) noexcept {
  const PreparedConv& p = conv_of(call.prepared);
  if (p.product) pack_product<HardwareTiles>(*p.product, call.in[0].as<bfloat16>(), call.out[0].data);
  else pack_conv<HardwareTiles>(p.plan, call.in[0].as<bfloat16>(), call.out[0].data);
}

void run_with(const Call& call, const Finish& steps) {
  const PreparedConv& p = conv_of(call.prepared);
  const auto *image = call.in[0].as<bfloat16>(), *kernel = call.in[1].as<bfloat16>();
  std::byte* const result = call.out[0].data;
  const DType type = call.out[0].dtype;
  if (p.product)
    run_product<HardwareTiles>(*p.product, {.a = image,
                                            .b = kernel,
                                            .result = result,
                                            .type = type,
                                            .steps = steps,
                                            .workspace = call.workspace,
                                            .packed = call.packed});
  else
    run_conv<HardwareTiles>(p.plan, {.image = image,
                                     .kernel = kernel,
                                     .result = result,
                                     .type = type,
                                     .steps = steps,
                                     .workspace = call.workspace,
                                     .packed = call.packed});
}

void run_plain(const Call& call) noexcept { run_with(call, {}); }
void run_fused(const Call& call) noexcept { run_with(call, finish_of_conv(call)); }

std::shared_ptr<const void> prepare_gradient(const KernelQuery& query) {
  const ConvCall call = conv_call(query);
  PreparedGradient out;
  if (makes_patches(call)) out.product = plan_product_of(call, query.threads, false);
  else out.plan = plan_kernel_gradient(call.sizes, query.threads);
  return std::make_shared<const PreparedGradient>(out);
}

const PreparedGradient& gradient_of(const void* prepared) { return *static_cast<const PreparedGradient*>(prepared); }

size_t gradient_workspace(const KernelQuery&, const void* prepared) { return gradient_of(prepared).workspace(); }

void run_gradient(const Call& call) noexcept {
  const PreparedGradient& p = gradient_of(call.prepared);
  const auto *image = call.in[0].as<bfloat16>(), *gradient = call.in[1].as<bfloat16>();
  if (p.product)
    run_product<HardwareTiles>(
        *p.product, {.a = image, .b = gradient, .result = call.out[0].data, .steps = {}, .workspace = call.workspace});
  else run_kernel_gradient<HardwareTiles>(p.plan, image, gradient, call.out[0].as<float>(), call.workspace);
}

}  // namespace

std::vector<Kernel> convolution_kernels(Choice choice) {
  const auto supports = choice == Choice::everything ? supports_all : supports_worthy;
  const auto of_image = [&](std::string_view op, KernelFunction run) {
    return Kernel{.op = op,
                  .name = "tiles",
                  .run = run,
                  .supports = supports,
                  .prepare = prepare,
                  .workspace = workspace,
                  .packed_operand = 1,
                  .packed_bytes = packed_bytes,
                  .pack = pack};
  };
  return {of_image("conv", run_plain),
          of_image("conv_input_gradient", run_plain),
          of_image("fused_conv", run_fused),
          {.op = "conv_kernel_gradient",
           .name = "tiles",
           .run = run_gradient,
           .supports = supports,
           .prepare = prepare_gradient,
           .workspace = gradient_workspace}};
}

}  // namespace cajal::amx

#endif
