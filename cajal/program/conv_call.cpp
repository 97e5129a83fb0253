#include "cajal/program/conv_call.h"

#include <algorithm>

#include "cajal/ops/convolution_attributes.h"
#include "cajal/ops/linear_algebra_attributes.h"
#include "cajal/program/fused.h"

namespace cajal {
namespace {

bool is_float32_spec(const Spec& s) { return s.dtype == DType::float32; }
bool is_bfloat16_spec(const Spec& s) { return s.dtype == DType::bfloat16; }
bool is_either_spec(const Spec& s) { return is_float32_spec(s) || is_bfloat16_spec(s); }
bool is_empty_spec(const Spec& s) { return s.shape.size().value() == 0; }

ConvAxis axis_of(const ConvAttributes& a, size_t i, int64_t image, int64_t kernel, int64_t result) {
  return {image, kernel, result, a.strides[i], a.low[i], a.dilation[i]};
}

ConvGeometry sizes_of(const ConvAttributes& a, const Shape& image, const Shape& kernel, const Shape& result) {
  const auto x = image.ints(), w = kernel.ints(), y = result.ints();
  ConvGeometry out;
  out.batch = x[0], out.channels = x.back(), out.filters = y.back(), out.groups = a.groups;
  const size_t axes = x.size() - 2;
  out.width = axis_of(a, axes - 1, x[axes], w[axes - 1], y[axes]);
  if (axes == 2) out.height = axis_of(a, 0, x[1], w[0], y[1]);
  return out;
}

ConvCall call_of(const KernelQuery& query, ConvKind kind, const ConvAttributes& a) {
  const Shape &first = query.inputs[0].shape, &second = query.inputs[1].shape, &out = query.outputs()[0].shape;
  if (kind == ConvKind::forward) return {kind, sizes_of(a, first, second, out)};
  if (kind == ConvKind::input_gradient) return {kind, sizes_of(a, out, second, first)};
  return {kind, sizes_of(a, first, out, second)};
}

bool is_fused_product(const KernelQuery& query) { return query.node.op == &fused_matmul_op(); }

int64_t leading_size(const Shape& shape) { return shape.slice(0, shape.rank() - 2).size().value(); }

}  // namespace

bool is_plain_conv(const KernelQuery& query) {
  const int rank = query.inputs[0].shape.rank();
  return (rank == 3 || rank == 4) && std::none_of(query.inputs.begin(), query.inputs.end(), is_empty_spec) &&
         !is_empty_spec(query.outputs()[0]);
}

ConvCall conv_call(const KernelQuery& query) {
  const std::string_view op = query.node.op->name;
  if (op == "conv") return call_of(query, ConvKind::forward, query.options<ConvAttributes>());
  if (op == "conv_input_gradient")
    return call_of(query, ConvKind::input_gradient, query.options<ConvGradientAttributes>());
  if (op == "conv_kernel_gradient")
    return call_of(query, ConvKind::kernel_gradient, query.options<ConvGradientAttributes>());
  const auto& fused = query.options<FusedConv>();
  const bool forward = fused.kind == FusedConv::Kind::forward;
  return call_of(query, forward ? ConvKind::forward : ConvKind::input_gradient, fused);
}

bool is_bfloat16_conv(const KernelQuery& query) {
  const Spec& output = query.outputs()[0];
  if (!is_bfloat16_spec(query.inputs[0]) || !is_bfloat16_spec(query.inputs[1])) return false;
  if (query.node.op->name == "conv_kernel_gradient") return is_float32_spec(output);
  const std::span<const Spec> more = std::span(query.inputs).subspan(2);
  size_t channels = 0;  // inputs of the channels: bias, scale, shift
  if (!more.empty()) channels = size_t(query.options<FusedConv>().bias + 2 * query.options<FusedConv>().scale);
  const auto images = more.begin() + std::ptrdiff_t(channels);
  return is_either_spec(output) && std::all_of(more.begin(), images, is_float32_spec) &&
         std::all_of(images, more.end(), is_either_spec);
}

bool is_one_product(const KernelQuery& query) {
  const auto& in = query.inputs;
  if (is_empty_spec(in[0]) || is_empty_spec(in[1])) return false;
  if (in[0].shape.rank() == 2 && in[1].shape.rank() == 2) return true;
  const int64_t rows = leading_size(in[0].shape), all = leading_size(query.outputs()[0].shape);
  return leading_size(in[1].shape) == 1 && rows == all && !query.options<MatmulAttributes>().transpose_a;
}

ProductSizes product_sizes(const KernelQuery& query) {
  ProductSizes out;
  if (is_fused_product(query)) {
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

bool is_bfloat16_product(const KernelQuery& query) {
  const auto& in = query.inputs;
  if (!is_bfloat16_spec(in[0]) || !is_bfloat16_spec(in[1]) || !is_either_spec(query.outputs()[0])) return false;
  if (!is_fused_product(query)) return true;
  const auto& options = query.options<FusedMatmul>();
  return (!options.bias || is_float32_spec(in[2])) && (!options.mask || is_either_spec(in.back())) &&
         (!options.column_sums || (is_float32_spec(query.outputs()[1]) && !options.transpose_b));
}

Finish finish_of_conv(const Call& call) {
  const auto& options = call.options<FusedConv>();
  const auto input = [&](int i) -> const float* { return i < 0 ? nullptr : call.in[size_t(i)].as<float>(); };
  Finish out{.bias = input(options.bias_input()),
             .scale = input(options.scale_input()),
             .shift = input(options.shift_input()),
             .relu = options.relu,
             .limit = options.limit};
  if (options.residual) out.set_residual(call.in[size_t(options.residual_input())]);
  if (options.mask) out.set_mask(call.in[size_t(options.mask_input())]);
  return out;
}

Finish finish_of_product(const Call& call) {
  const auto& options = call.options<FusedMatmul>();
  Finish out{.bias = options.bias ? call.in[2].as<float>() : nullptr, .relu = options.relu};
  if (options.mask) out.set_mask(call.in.back());
  return out;
}

}  // namespace cajal
