#include "cajal/ops/internal/pool.h"

namespace cajal {
namespace {

struct AveragePoolGradient : PoolGradientAttributes {
  static constexpr std::string_view name = "average_pool_gradient", summary = "A gradient shared among its windows.";
  Specs infer(std::span<const Spec> in) const {
    expect_inputs(in, 1);
    expect_float(in[0]);
    return {Spec{pool_image_shape(*this, in[0].shape), in[0].dtype}};
  }
  void reference(const Call& call) const {
    for_float_type(call.out[0].dtype, [&](auto zero) { all<decltype(zero)>(call); });
  }
  template <class T>
  void all(const Call& call) const {
    const PoolSizes s(*this, call.out[0], call.in[0]);
    T* dx = call.out[0].as<T>();
    for (int64_t n = 0; n < s.batch; ++n) {
      const T* dy = call.in[0].as<T>() + n * s.count(s.result) * s.channels;
      for_places(s.image, [&](int64_t, const Places& place) {
        for (int64_t c = 0; c < s.channels; ++c) *dx++ = convert<T>(shares(s, dy + c, place));
      });
    }
  }
  // What one place gets from all windows that it lies in.
  template <class T>
  double shares(const PoolSizes& s, const T* dy, const Places& place) const {
    double sum = 0;
    for_places(s.window, [&](int64_t, const Places& element) {
      const int64_t at = s.above(place, element);
      if (at >= 0) sum += double(dy[at * s.channels]) / s.divisor(*this, place_of(at, s.result));
    });
    return sum;
  }
  Vars gradient(const Derivative& d) const { return {record_average_pool(*this, d.dy())}; }
  static std::vector<Sample> samples() {
    std::vector<Sample> out;
    for (const PoolCase& c : pool_cases()) {
      const PoolGradientAttributes attributes{c.attributes, spatial_sizes(c.image)};
      out.push_back({Attributes(attributes), {{pool_shape(c.attributes, c.image)}}, -1, 1, {}, !c.large});
    }
    return out;
  }
};

}  // namespace

CAJAL_OP(average_pool_gradient, AveragePoolGradient)

Var record_average_pool_gradient(const PoolAttributes& attributes, const Var& dy, const Shape& image) {
  return record(average_pool_gradient_op(), Attributes(PoolGradientAttributes{attributes, spatial_sizes(image)}), {dy});
}

}  // namespace cajal
