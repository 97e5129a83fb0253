#include "cajal/ops/internal/pool.h"

namespace cajal {
namespace {

// Inputs: dy, and which element of each window won.
struct MaxPoolGradient : PoolGradientAttributes {
  static constexpr std::string_view name = "max_pool_gradient", summary = "A gradient brought to the places that won.";
  Specs infer(std::span<const Spec> in) const {
    expect_inputs(in, 2);
    expect_float(in[0]);
    expect_pool_index(*this, in[0], in[1]);
    return {Spec{pool_image_shape(*this, in[0].shape), in[0].dtype}};
  }
  void reference(const Call& call) const {
    for_float_type(call.in[0].dtype, [&](auto dy) {
      for_index_type(call.in[1].dtype, [&](auto index) { all<decltype(dy), decltype(index)>(call); });
    });
  }
  template <class T, class Index>
  void all(const Call& call) const {
    const PoolSizes s(*this, call.out[0], call.in[0]);
    check_pool_index(call, s, call.in[1].as<Index>(), call.in[1].size);
    T* dx = call.out[0].as<T>();
    for (int64_t n = 0; n < s.batch; ++n) {
      const int64_t first = n * s.count(s.result) * s.channels;
      for_places(s.image, [&](int64_t, const Places& place) {
        for (int64_t c = 0; c < s.channels; ++c)
          *dx++ = convert<T>(won(s, call.in[0].as<T>() + first + c, call.in[1].as<Index>() + first + c, place));
      });
    }
  }
  // The sum of dy over the windows that this place won.
  template <class T, class Index>
  static double won(const PoolSizes& s, const T* dy, const Index* index, const Places& place) {
    double sum = 0;
    for_places(s.window, [&](int64_t k, const Places& element) {
      const int64_t at = s.above(place, element);
      if (at >= 0 && index[at * s.channels] == k) sum += double(dy[at * s.channels]);
    });
    return sum;
  }
  Vars gradient(const Derivative& d) const { return {record_max_pool_gather(*this, d.dy(), d.x(1)), Var()}; }
  static std::vector<Sample> samples() {
    std::vector<Sample> out;
    for (const PoolCase& c : pool_cases()) {
      const PoolGradientAttributes attributes{c.attributes, spatial_sizes(c.image)};
      const Tensor index = pool_case_index(c);
      out.push_back(
          {Attributes(attributes), {{index.shape()}, {index.shape(), index.dtype()}}, -1, 1, {{}, index}, !c.large});
    }
    return out;
  }
};

}  // namespace

CAJAL_OP(max_pool_gradient, MaxPoolGradient)

Var record_max_pool_gradient(const PoolAttributes& attributes, const Var& dy, const Var& index, const Shape& image) {
  return record(max_pool_gradient_op(), Attributes(PoolGradientAttributes{attributes, spatial_sizes(image)}),
                {dy, index});
}

}  // namespace cajal
