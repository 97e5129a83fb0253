// Convolutions, alone and fused with what stands behind them, and their gradients.
#include "cajal/backends/amx/internal/conv.h"
#include "cajal/backends/amx/internal/kernel_gradient.h"
#include "cajal/backends/amx/internal/kernels.h"
#include "cajal/backends/amx/internal/product.h"

#ifdef CAJAL_HAS_AMX

namespace cajal::amx {
namespace {

// A kernel of one place that visits each place of the image is a matrix, and the places of all images are another.
bool is_pointwise(const ConvGeometry& s) {
  const auto plain = [](const ConvAxis& a) {
    return a.kernel == 1 && a.stride == 1 && a.low == 0 && a.image == a.result;
  };
  return s.groups == 1 && plain(s.height) && plain(s.width);
}

ProductSizes product_of(const ConvCall& call) {
  const ConvGeometry& s = call.sizes;
  if (call.kind == ConvKind::forward) return {.m = s.places(), .n = s.filters, .k = s.channels};
  return {.m = s.places(), .n = s.channels, .k = s.filters, .transpose_b = true};
}

// A convolution or the gradient of its image, ready to run.
struct Prepared {
  bool is_product = false;
  ConvPlan conv;
  ProductPlan product;
  size_t workspace() const { return is_product ? product.workspace() : conv.workspace(); }
  size_t packed_bytes() const { return is_product ? product.packed_bytes : conv.packed_bytes; }
};

bool has_tiles(const KernelQuery& query) {
  return why_no_tiles().empty() && is_bfloat16_conv(query) && is_plain_conv(query);
}

// What share of that which tiles multiply is there.
double filled(int64_t count, int64_t block) { return double(count) / double((count + block - 1) / block * block); }

// Other kernels are slower than tiles by more than this.
constexpr double kLeastFilled = 1. / 24;
// Below, a call costs more than its work.
constexpr double kLeastFlops = 2e5;

bool is_worth_it(const ConvCall& call) {
  const ConvGeometry& s = call.sizes;
  const bool of_kernel = call.kind == ConvKind::kernel_gradient;
  const int64_t rows = is_pointwise(s) ? s.places() : s.batch;
  return s.flops() >= kLeastFlops && rows >= kRows / 2 &&
         filled(rows, of_kernel ? kDepth : kRows) * filled(s.channels, kDepth) * filled(s.filters, kColumns) >=
             kLeastFilled;
}

bool can_run(const ConvCall& call) {
  if (call.kind == ConvKind::kernel_gradient) return can_kernel_gradient(call.sizes);
  return is_pointwise(call.sizes) || can_conv(call);
}

bool supports_all(const KernelQuery& query) { return has_tiles(query) && can_run(conv_call(query)); }
bool supports_worthy(const KernelQuery& query) { return supports_all(query) && is_worth_it(conv_call(query)); }

std::shared_ptr<const void> prepare(const KernelQuery& query) {
  const ConvCall call = conv_call(query);
  Prepared out;
  out.is_product = is_pointwise(call.sizes);
  if (out.is_product) out.product = plan_product(product_of(call), query.threads, query.packs_once);
  else out.conv = plan_conv(call, query.threads, query.packs_once);
  return std::make_shared<const Prepared>(out);
}

const Prepared& prepared_of(const void* prepared) { return *static_cast<const Prepared*>(prepared); }

size_t workspace(const KernelQuery&, const void* prepared) { return prepared_of(prepared).workspace(); }
size_t packed_bytes(const KernelQuery&, const void* prepared) { return prepared_of(prepared).packed_bytes(); }

void pack(const Call& call) noexcept {
  const Prepared& p = prepared_of(call.prepared);
  if (p.is_product) pack_product<HardwareTiles>(p.product, call.in[0].as<bfloat16>(), call.out[0].data);
  else pack_conv<HardwareTiles>(p.conv, call.in[0].as<bfloat16>(), call.out[0].data);
}

void run_with(const Call& call, const Finish& steps) {
  const Prepared& p = prepared_of(call.prepared);
  const auto *image = call.in[0].as<bfloat16>(), *kernel = call.in[1].as<bfloat16>();
  std::byte* const result = call.out[0].data;
  const DType type = call.out[0].dtype;
  if (p.is_product)
    run_product<HardwareTiles>(p.product, {.a = image,
                                           .b = kernel,
                                           .result = result,
                                           .type = type,
                                           .steps = steps,
                                           .workspace = call.workspace,
                                           .packed = call.packed});
  else
    run_conv<HardwareTiles>(p.conv, {.image = image,
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
  return std::make_shared<const KernelGradientPlan>(plan_kernel_gradient(conv_call(query).sizes, query.threads));
}

const KernelGradientPlan& gradient_of(const void* prepared) {
  return *static_cast<const KernelGradientPlan*>(prepared);
}

size_t gradient_workspace(const KernelQuery&, const void* prepared) { return gradient_of(prepared).workspace(); }

void run_gradient(const Call& call) noexcept {
  run_kernel_gradient<HardwareTiles>(gradient_of(call.prepared), call.in[0].as<bfloat16>(), call.in[1].as<bfloat16>(),
                                     call.out[0].as<float>(), call.workspace);
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
