#include "cajal/ops/internal/convolution.h"

namespace cajal {
namespace {

// Inputs: x, dy.
struct ConvKernelGradient : ConvGradientAttributes {
  static constexpr std::string_view name = "conv_kernel_gradient", summary = "The gradient of a convolution's kernel.";
  Specs infer(std::span<const Spec> in) const {
    expect_inputs(in, 2);
    expect_float(in[0]);
    expect_same_type(in[0], in[1]);
    return {Spec{conv_kernel_shape(*this, in[0].shape, in[1].shape), in[0].dtype}};
  }
  void reference(const Call& call) const {
    for_float_type(call.out[0].dtype, [&](auto zero) { all<decltype(zero)>(call); });
  }
  template <class T>
  void all(const Call& call) const {
    const ConvSizes s(*this, call.in[0], call.out[0], call.in[1]);
    T* dw = call.out[0].as<T>();
    for_places(s.window, [&](int64_t, const Places& part) {
      for (int64_t i = 0; i < s.group_in; ++i)
        for (int64_t c = 0; c < s.out; ++c)
          *dw++ = convert<T>(element(s, call.in[0].as<T>(), call.in[1].as<T>(), part, i, c));
    });
  }
  // Between channel i of a group and output channel c, of one element of the kernel.
  template <class T>
  static double element(const ConvSizes& s, const T* x, const T* dy, const Places& part, int64_t i, int64_t c) {
    double sum = 0;
    const int64_t channel = c / s.group_out * s.group_in + i;
    for (int64_t n = 0; n < s.batch; ++n, x += s.count(s.image) * s.in, dy += s.count(s.result) * s.out)
      for_places(s.result, [&](int64_t number, const Places& at) {
        const int64_t place = s.below(at, part);
        if (place >= 0) sum += double(x[place * s.in + channel]) * double(dy[number * s.out + c]);
      });
    return sum;
  }
  Vars gradient(const Derivative& d) const {
    Vars out(2);
    if (d.needed[0]) out[0] = record_conv_input_gradient(*this, d.x(1), d.dy(), d.x(0).shape());
    if (d.needed[1]) out[1] = record_conv(*this, d.x(0), d.dy());
    return out;
  }
  static std::vector<Sample> samples() {
    std::vector<Sample> out;
    for (const ConvCase& c : conv_cases()) {
      const std::vector<int64_t> kernel = c.kernel.slice(0, c.kernel.rank() - 2).ints();
      const ConvGradientAttributes attributes{c.attributes, kernel};
      out.push_back(
          {Attributes(attributes), {{c.image}, {conv_shape(attributes, c.image, c.kernel)}}, -1, 1, {}, !c.large});
    }
    return out;
  }
};

}  // namespace

CAJAL_OP(conv_kernel_gradient, ConvKernelGradient)

Var record_conv_kernel_gradient(const ConvAttributes& attributes, const Var& x, const Var& dy, const Shape& kernel) {
  const std::vector<int64_t> spatial = kernel.slice(0, kernel.rank() - 2).ints();
  return record(conv_kernel_gradient_op(), Attributes(ConvGradientAttributes{attributes, spatial}), {x, dy});
}

}  // namespace cajal
