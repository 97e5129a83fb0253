#include "cajal/ops/internal/convolution.h"

namespace cajal {
namespace {

// Inputs: dy, kernel.
struct ConvInputGradient : ConvGradientAttributes {
  static constexpr std::string_view name = "conv_input_gradient", summary = "The gradient of a convolution's image.";
  Specs infer(std::span<const Spec> in) const {
    expect_inputs(in, 2);
    expect_float(in[0]);
    expect_same_type(in[0], in[1]);
    return {Spec{conv_image_shape(*this, in[0].shape, in[1].shape), in[0].dtype}};
  }
  void reference(const Call& call) const {
    for_float_type(call.out[0].dtype, [&](auto zero) { all<decltype(zero)>(call); });
  }
  template <class T>
  void all(const Call& call) const {
    const ConvSizes s(*this, call.out[0], call.in[1], call.in[0]);
    const T *dy = call.in[0].as<T>(), *kernel = call.in[1].as<T>();
    T* dx = call.out[0].as<T>();
    for (int64_t n = 0; n < s.batch; ++n, dy += s.count(s.result) * s.out)
      for_places(s.image, [&](int64_t, const Places& place) {
        for (int64_t i = 0; i < s.in; ++i) *dx++ = convert<T>(element(s, dy, kernel, place, i));
      });
  }
  // Input channel i at one place.
  template <class T>
  static double element(const ConvSizes& s, const T* dy, const T* kernel, const Places& place, int64_t i) {
    double sum = 0;
    const int64_t first = i / s.group_in * s.group_out, row = i % s.group_in;
    for_places(s.window, [&](int64_t k, const Places& part) {
      const int64_t at = s.above(place, part);
      for (int64_t c = first; at >= 0 && c < first + s.group_out; ++c)
        sum += double(dy[at * s.out + c]) * double(kernel[(k * s.group_in + row) * s.out + c]);
    });
    return sum;
  }
  Vars gradient(const Derivative& d) const {
    Vars out(2);
    if (d.needed[0]) out[0] = record_conv(*this, d.dy(), d.x(1));
    if (d.needed[1]) out[1] = record_conv_kernel_gradient(*this, d.dy(), d.x(0), d.x(1).shape());
    return out;
  }
  static std::vector<Sample> samples() {
    std::vector<Sample> out;
    for (const ConvCase& c : conv_cases()) {
      const ConvGradientAttributes attributes{c.attributes, spatial_sizes(c.image)};
      out.push_back(
          {Attributes(attributes), {{conv_shape(attributes, c.image, c.kernel)}, {c.kernel}}, -1, 1, {}, !c.large});
    }
    return out;
  }
};

}  // namespace

CAJAL_OP(conv_input_gradient, ConvInputGradient)

Var record_conv_input_gradient(const ConvAttributes& attributes, const Var& dy, const Var& kernel, const Shape& image) {
  return record(conv_input_gradient_op(), Attributes(ConvGradientAttributes{attributes, spatial_sizes(image)}),
                {dy, kernel});
}

}  // namespace cajal
