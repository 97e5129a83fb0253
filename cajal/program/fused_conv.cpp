// Convolutions with what usually stands behind them: bias, a residual branch, relu; relu's gradient behind the gradient
// of the image.
#include <algorithm>

#include "cajal/graph/replace.h"
#include "cajal/ops/table.h"
#include "cajal/program/fused.h"

namespace cajal {
namespace {

struct FusedConvOp : FusedConv {
  static constexpr std::string_view name = "fused_conv";
  static constexpr std::string_view summary = "A convolution or its gradient with bias, residual, relu or its mask.";

  Specs infer(std::span<const Spec> in) const { return op->infer(plain, in.first(2)); }

  // The op's own reference kernel, then the rest element by element.
  void reference(const Call& call) const {
    Call product = call;
    product.attributes = plain.get();
    product.in = call.in.first(2);
    op->reference(product);
    for_type(call.out[0].dtype, [&](auto zero) { finish<decltype(zero)>(call); });
  }
  size_t workspace(std::span<const Spec> in) const { return op->workspace ? op->workspace(plain, in.first(2)) : 0; }

  template <class T>
  void finish(const Call& call) const {
    auto input = [&](int i) { return i < 0 ? nullptr : call.in[size_t(i)].template as<T>(); };
    const T *biases = input(bias_input()), *scales = input(scale_input()), *shifts = input(shift_input());
    const T *residuals = input(residual_input()), *masks = input(mask_input());
    T* result = call.out[0].as<T>();
    const int64_t channels = call.out[0].dim(-1);
    for (int64_t i = 0; i < call.out[0].size; ++i) {
      T value = result[i];
      if (biases) value = T(value + biases[i % channels]);
      if (scales) value = T(value * scales[i % channels]), value = T(value + shifts[i % channels]);
      if (residuals) value = T(value + residuals[i]);
      if (relu) value = value < T(0) ? T(0) : value > T(limit) ? T(limit) : value;
      if (masks && !(masks[i] > T(0) && (std::isinf(limit) || masks[i] < T(limit)))) value = T(0);
      result[i] = value;
    }
  }
};

}  // namespace

CAJAL_OP(fused_conv, FusedConvOp)

}  // namespace cajal
