#include "cajal/ops/internal/pool.h"

namespace cajal {
namespace {

// Inputs: an image, and which element of each window is wanted.
struct MaxPoolGather : PoolAttributes {
  static constexpr std::string_view name = "max_pool_gather", summary = "The elements of an image that won elsewhere.";
  Specs infer(std::span<const Spec> in) const {
    expect_inputs(in, 2);
    const Spec result{pool_shape(*this, in[0].shape), in[0].dtype};
    expect_pool_index(*this, result, in[1]);
    return {result};
  }
  template <class T>
  void reference(const Call& call) const {
    for_index_type(call.in[1].dtype, [&](auto index) { all<T, decltype(index)>(call); });
  }
  template <class T, class Index>
  void all(const Call& call) const {
    const PoolSizes s(*this, call.in[0], call.out[0]);
    const Index* index = call.in[1].as<Index>();
    check_pool_index(call, s, index, call.in[1].size);
    T* y = call.out[0].as<T>();
    s.each_result([&](int64_t n, int64_t, const Places& at) {
      const T* x = call.in[0].as<T>() + n * s.count(s.image) * s.channels;
      for (int64_t c = 0; c < s.channels; ++c, ++index) {
        const bool is_element = *index >= 0 && *index < s.count(s.window);
        const int64_t place = is_element ? s.below(at, place_of(*index, s.window)) : -1;
        *y++ = place < 0 ? T() : x[place * s.channels + c];
      }
    });
  }
  Vars gradient(const Derivative& d) const {
    return {record_max_pool_gradient(*this, d.dy(), d.x(1), d.x(0).shape()), Var()};
  }
  static std::vector<Sample> samples() {
    std::vector<Sample> out;
    for (const PoolCase& c : pool_cases()) {
      const Tensor index = pool_case_index(c);
      out.push_back(
          {Attributes(c.attributes), {{c.image}, {index.shape(), index.dtype()}}, -1, 1, {{}, index}, !c.large});
    }
    return out;
  }
};

}  // namespace

CAJAL_OP(max_pool_gather, MaxPoolGather)

Var record_max_pool_gather(const PoolAttributes& attributes, const Var& x, const Var& index) {
  return record(max_pool_gather_op(), Attributes(attributes), {x, index});
}

}  // namespace cajal
