#include <algorithm>
#include <numeric>

#include "cajal/ops/indexing.h"
#include "cajal/ops/internal/order.h"
#include "cajal/ops/internal/walk.h"
#include "cajal/ops/shape_attributes.h"
#include "cajal/ops/sorting.h"

namespace cajal {
namespace {

struct Argsort : AxisAttributes {
  static constexpr std::string_view name = "argsort", summary = "The indices that sort an axis.";
  Specs infer(std::span<const Spec> in) const { return {Spec{in[0].shape, DType::int32}}; }
  size_t workspace(std::span<const Spec> in) const { return size_t(in[0].shape[axis].value()) * sizeof(int32_t); }
  void reference(const Call& call) const {
    const AxisView view(call.in[0], axis);
    auto* order = reinterpret_cast<int32_t*>(call.workspace);
    for_type(call.in[0].dtype, [&](auto zero) {
      using T = decltype(zero);
      for (int64_t row = 0; row < view.outer * view.inner; ++row) {
        const int64_t first = row / view.inner * view.size * view.inner + row % view.inner;
        const T* x = call.in[0].as<T>() + first;
        auto before = [&](int32_t a, int32_t b) {
          const T left = x[a * view.inner], right = x[b * view.inner];
          return comes_before(left, right) || (!comes_before(right, left) && a < b);
        };
        std::iota(order, order + view.size, 0);
        std::sort(order, order + view.size, before);
        for (int64_t i = 0; i < view.size; ++i) call.out[0].as<int32_t>()[first + i * view.inner] = order[i];
      }
    });
  }
  static std::vector<Sample> samples() {
    std::vector<Sample> out;
    for (auto [shape, axis] :
         std::vector<std::pair<Shape, int>>{{{7}, 0}, {{3, 5}, 0}, {{3, 5, 2}, 1}, {{4, 1}, 1}, {{0, 3}, 0}})
      out.push_back({.attributes = Attributes(AxisAttributes{axis}), .inputs = {{shape}}, .differentiable = false});
    return out;
  }
};

}  // namespace

CAJAL_OP(argsort, Argsort)

Var argsort(const Var& x, int axis) {
  return record(argsort_op(), Attributes(AxisAttributes{normal_axis(axis, x.rank())}), {x});
}

Var sort(const Var& x, int axis) { return take_along_axis(x, argsort(x, axis), axis); }

}  // namespace cajal
