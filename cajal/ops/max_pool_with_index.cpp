#include <cmath>

#include "cajal/ops/internal/pool.h"

namespace cajal {
namespace {

// Outputs: y, and which element of the window won.
struct MaxPoolWithIndex : PoolAttributes {
  static constexpr std::string_view name = "max_pool_with_index", summary = "The largest value of each window.";
  Specs infer(std::span<const Spec> in) const {
    expect_inputs(in, 1);
    const Shape shape = pool_shape(*this, in[0].shape);
    return {Spec{shape, in[0].dtype}, Spec{shape, pool_index_type(*this)}};
  }
  template <class T>
  void reference(const Call& call) const {
    if (call.out[1].dtype == DType::uint8) all<T, uint8_t>(call);
    else all<T, int32_t>(call);
  }
  template <class T, class Index>
  void all(const Call& call) const {
    const PoolSizes s(*this, call.in[0], call.out[0]);
    T* y = call.out[0].as<T>();
    Index* index = call.out[1].as<Index>();
    s.each_result([&](int64_t n, int64_t, const Places& at) {
      const T* x = call.in[0].as<T>() + n * s.count(s.image) * s.channels;
      for (int64_t c = 0; c < s.channels; ++c) *index++ = Index(winner(s, x + c, at, *y++));
    });
  }
  // The first of the largest; NaN is larger than all.
  template <class T>
  static int64_t winner(const PoolSizes& s, const T* x, const Places& at, T& largest) {
    int64_t best = -1;
    for_places(s.window, [&](int64_t k, const Places& part) {
      const int64_t place = s.below(at, part);
      if (place < 0) return;
      const T value = x[place * s.channels];
      if (best < 0 || value > largest || (value != value && largest == largest)) largest = value, best = k;
    });
    return best;
  }
  Vars gradient(const Derivative& d) const {
    if (!d.dy().defined()) return {Var()};
    return {record_max_pool_gradient(*this, d.dy(), d.y(1), d.x().shape())};
  }
  static std::vector<Sample> samples() {
    std::vector<Sample> out;
    for (const PoolCase& c : pool_cases()) out.push_back({Attributes(c.attributes), {{c.image}}, -1, 1, {}, !c.large});
    const float nan = std::nanf(""), inf = INFINITY;
    const Tensor edges = Tensor::of({1.f, 1.f, nan, 2.f, 0.f, -0.f, -inf, -inf, nan, nan, inf, nan}, {1, 12, 1});
    for (int64_t stride : {1, 2})
      out.push_back(
          {Attributes(PoolAttributes{{2}, {stride}, {1}, {1}, {1}}), {{edges.shape()}}, 0, 0, {edges}, false});
    const Tensor ties = Tensor({2, 5, 5, 2}, DType::int32);
    out.push_back({Attributes(PoolAttributes{{3, 3}, {2, 2}, {1, 1}, {1, 1}, {1, 1}}),
                   {{ties.shape(), DType::int32}},
                   0,
                   0,
                   {ties},
                   false});
    return out;
  }
};

}  // namespace

CAJAL_OP(max_pool_with_index, MaxPoolWithIndex)

Vars max_pool_with_index(const Var& x, const std::vector<int64_t>& window, const std::vector<int64_t>& strides,
                         const std::vector<int64_t>& low, const std::vector<int64_t>& high,
                         const std::vector<int64_t>& dilation) {
  const PoolAttributes attributes =
      named("max_pool_with_index", [&] { return pool_attributes(x.shape(), window, strides, low, high, dilation); });
  return record_all(max_pool_with_index_op(), Attributes(attributes), {x});
}

}  // namespace cajal
