#include <algorithm>
#include <numeric>

#include "cajal/ops/indexing_attributes.h"
#include "cajal/ops/internal/order.h"
#include "cajal/ops/internal/take.h"
#include "cajal/ops/sorting.h"

namespace cajal {
namespace {

struct TopK : TopKAttributes {
  static constexpr std::string_view name = "top_k", summary = "The k largest elements of the last axis.";
  Specs infer(std::span<const Spec> in) const {
    Shape out = in[0].shape;
    if (out.empty() || k < 0 || k > out.back().value())
      fail("the " + std::to_string(k) + " largest elements of the last axis of " + out.text());
    out[-1] = k;
    return {Spec{out, in[0].dtype}, Spec{out, DType::int32}};
  }
  Vars gradient(const Derivative& d) const {
    if (!d.dy(0).defined()) return {Var()};
    return {record_take_along_axis_gradient(d.dy(0), d.y(1), d.x(), d.x().rank() - 1)};
  }
  size_t workspace(std::span<const Spec> in) const { return size_t(in[0].shape.back().value()) * sizeof(int32_t); }
  template <class T>
  void reference(const Call& call) const {
    const int64_t size = call.in[0].dim(-1), rows = size ? call.in[0].size / size : 0;
    auto* order = reinterpret_cast<int32_t*>(call.workspace);
    for (int64_t row = 0; row < rows; ++row) {
      const T* x = call.in[0].as<T>() + row * size;
      std::iota(order, order + size, 0);
      std::partial_sort(order, order + k, order + size, [&](int32_t a, int32_t b) {
        return comes_before(x[b], x[a]) || (!comes_before(x[a], x[b]) && a < b);
      });
      for (int64_t i = 0; i < k; ++i) {
        call.out[0].as<T>()[row * k + i] = x[order[i]];
        call.out[1].as<int32_t>()[row * k + i] = order[i];
      }
    }
  }
  static std::vector<Sample> samples() {
    return {{Attributes(TopKAttributes{2}), {{{5}}}},
            {Attributes(TopKAttributes{3}), {{{2, 3}}}},
            {Attributes(TopKAttributes{1}), {{{2, 2, 9}}}},
            {Attributes(TopKAttributes{0}), {{{4}}}}};
  }
};

}  // namespace

CAJAL_OP(top_k, TopK)

std::array<Var, 2> top_k(const Var& x, int k) {
  const Vars both = record_all(top_k_op(), Attributes(TopKAttributes{k}), {x});
  return {both[0], both[1]};
}

}  // namespace cajal
