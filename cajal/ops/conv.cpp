#include "cajal/ops/internal/convolution.h"

namespace cajal {
namespace {

struct Conv : ConvAttributes {
  static constexpr std::string_view name = "conv", summary = "A kernel moved over an image.";
  Specs infer(std::span<const Spec> in) const {
    expect_inputs(in, 2);
    expect_float(in[0]);
    expect_same_type(in[0], in[1]);
    return {Spec{conv_shape(*this, in[0].shape, in[1].shape), in[0].dtype}};
  }
  void reference(const Call& call) const {
    for_float_type(call.out[0].dtype, [&](auto zero) { all<decltype(zero)>(call); });
  }
  template <class T>
  void all(const Call& call) const {
    const ConvSizes s(*this, call.in[0], call.in[1], call.out[0]);
    const T *x = call.in[0].as<T>(), *kernel = call.in[1].as<T>();
    T* y = call.out[0].as<T>();
    for (int64_t n = 0; n < s.batch; ++n, x += s.count(s.image) * s.in)
      for_places(s.result, [&](int64_t, const Places& at) {
        for (int64_t c = 0; c < s.out; ++c) *y++ = convert<T>(element(s, x, kernel, at, c));
      });
  }
  // Output channel c at one place.
  template <class T>
  static double element(const ConvSizes& s, const T* x, const T* kernel, const Places& at, int64_t c) {
    double sum = 0;
    const int64_t first = c / s.group_out * s.group_in;
    for_places(s.window, [&](int64_t k, const Places& part) {
      const int64_t place = s.below(at, part);
      for (int64_t i = 0; place >= 0 && i < s.group_in; ++i)
        sum += double(x[place * s.in + first + i]) * double(kernel[(k * s.group_in + i) * s.out + c]);
    });
    return sum;
  }
  Vars gradient(const Derivative& d) const {
    Vars out(2);
    if (d.needed[0]) out[0] = record_conv_input_gradient(*this, d.dy(), d.x(1), d.x(0).shape());
    if (d.needed[1]) out[1] = record_conv_kernel_gradient(*this, d.x(0), d.dy(), d.x(1).shape());
    return out;
  }
  static std::vector<Sample> samples() {
    std::vector<Sample> out;
    for (const ConvCase& c : conv_cases())
      out.push_back({Attributes(c.attributes), {{c.image}, {c.kernel}}, -1, 1, {}, !c.large});
    return out;
  }
};

}  // namespace

CAJAL_OP(conv, Conv)

Var record_conv(const ConvAttributes& attributes, const Var& x, const Var& kernel) {
  return record(conv_op(), Attributes(attributes), {x, kernel});
}

}  // namespace cajal
