#include <cmath>

#include "cajal/ops/indexing_attributes.h"
#include "cajal/ops/internal/index.h"
#include "cajal/ops/sorting.h"

namespace cajal {
namespace {

struct InTopK : TopKAttributes {
  static constexpr std::string_view name = "in_top_k", summary = "Whether the target's score is one of the k largest.";
  Specs infer(std::span<const Spec> in) const {
    check_indices(in[0]);
    if (in[1].shape.rank() != 2 || !(in[0].shape == Shape{in[1].shape[0]}) || !is_float(in[1].dtype))
      fail("targets of " + in[0].text() + " and predictions of " + in[1].text(), "[batch] and [batch, classes]");
    return {Spec{in[0].shape, DType::boolean}};
  }
  void reference(const Call& call) const {
    const Indices targets(call, 0);
    const int64_t classes = call.in[1].dim(-1);
    for_type(call.in[1].dtype, [&](auto zero) {
      const auto* row = call.in[1].as<decltype(zero)>();
      for (int64_t i = 0; i < targets.size(); ++i, row += classes) {
        const int64_t target = targets[i];
        const bool counts = target >= 0 && target < classes && std::isfinite(double(row[target]));
        int64_t larger = 0;
        for (int64_t c = 0; counts && c < classes; ++c) larger += row[c] > row[target];
        call.out[0].as<bool>()[i] = counts && larger < k;
      }
    });
  }
  static std::vector<Sample> samples() {
    auto sample = [](int k, Shape scores, Tensor targets) {
      Sample out{.attributes = Attributes(TopKAttributes{k}), .inputs = {{}, {scores}}, .differentiable = false};
      return with_values(out, 0, targets);
    };
    return {sample(1, {4, 5}, Tensor::of<int32_t>({0, 4, 2, 7})), sample(3, {3, 7}, Tensor::of<int64_t>({6, -1, 3})),
            sample(2, {0, 3}, Tensor({0}, DType::int32))};
  }
};

}  // namespace

CAJAL_OP(in_top_k, InTopK)

Var in_top_k(const Var& targets, const Var& predictions, int k) {
  return record(in_top_k_op(), Attributes(TopKAttributes{k}), {targets, predictions});
}

}  // namespace cajal
