#include "cajal/ops/internal/pool.h"

namespace cajal {
namespace {

struct AveragePool : PoolAttributes {
  static constexpr std::string_view name = "average_pool", summary = "The mean of each window.";
  Specs infer(std::span<const Spec> in) const {
    expect_inputs(in, 1);
    expect_float(in[0]);
    return {Spec{pool_shape(*this, in[0].shape), in[0].dtype}};
  }
  void reference(const Call& call) const {
    for_float_type(call.out[0].dtype, [&](auto zero) { all<decltype(zero)>(call); });
  }
  template <class T>
  void all(const Call& call) const {
    const PoolSizes s(*this, call.in[0], call.out[0]);
    T* y = call.out[0].as<T>();
    s.each_result([&](int64_t n, int64_t, const Places& at) {
      const T* x = call.in[0].as<T>() + n * s.count(s.image) * s.channels;
      for (int64_t c = 0; c < s.channels; ++c) {
        double sum = 0;
        for_places(s.window, [&](int64_t, const Places& element) {
          const int64_t place = s.below(at, element);
          if (place >= 0) sum += double(x[place * s.channels + c]);
        });
        *y++ = convert<T>(sum / s.divisor(*this, at));
      }
    });
  }
  Vars gradient(const Derivative& d) const { return {record_average_pool_gradient(*this, d.dy(), d.x().shape())}; }
  static std::vector<Sample> samples() {
    std::vector<Sample> out;
    for (const PoolCase& c : pool_cases()) out.push_back({Attributes(c.attributes), {{c.image}}, -1, 1, {}, !c.large});
    return out;
  }
};

}  // namespace

CAJAL_OP(average_pool, AveragePool)

Var record_average_pool(const PoolAttributes& attributes, const Var& x) {
  return record(average_pool_op(), Attributes(attributes), {x});
}

}  // namespace cajal
