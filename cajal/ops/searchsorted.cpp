#include <algorithm>

#include "cajal/base/text.h"
#include "cajal/ops/indexing_attributes.h"
#include "cajal/ops/internal/index.h"
#include "cajal/ops/internal/order.h"
#include "cajal/ops/internal/promotion.h"
#include "cajal/ops/sorting.h"

namespace cajal {
namespace {

struct SearchSorted : SearchSortedAttributes {
  static constexpr std::string_view name = "searchsorted", summary = "Where values belong in an ascending sequence.";
  Specs infer(std::span<const Spec> in) const {
    if (in[0].shape.rank() != 1 || in[0].dtype != in[1].dtype)
      fail("a sequence of " + in[0].text() + " and values of " + in[1].text(), "the sequence has one axis");
    return {Spec{in[1].shape, DType::int32}};
  }
  void reference(const Call& call) const {
    for_type(call.in[0].dtype, [&](auto zero) {
      using T = decltype(zero);
      const T *first = call.in[0].as<T>(), *last = first + call.in[0].size;
      for (int64_t i = 0; i < call.in[1].size; ++i) {
        const T value = call.in[1].as<T>()[i];
        const T* place = right ? std::upper_bound(first, last, value, comes_before<T>)
                               : std::lower_bound(first, last, value, comes_before<T>);
        call.out[0].as<int32_t>()[i] = int32_t(place - first);
      }
    });
  }
  static std::vector<Sample> samples() {
    std::vector<Sample> out;
    for (bool right : {false, true}) {
      Sample sample{
          .attributes = Attributes(SearchSortedAttributes{right}), .inputs = {{}, {}}, .differentiable = false};
      sample = with_values(sample, 0, Tensor::of<float>({-0.5f, 0, 0, 0.5f}));
      out.push_back(with_values(sample, 1, Tensor::of<float>({0, -1, 0.5f, 2, 0.25f, -0.5f}, {2, 3})));
      out.push_back(with_values(sample, 1, Tensor(0.0f)));
    }
    return out;
  }
};

}  // namespace

CAJAL_OP(searchsorted, SearchSorted)

Var searchsorted(const Var& sorted_sequence, const Var& values, const std::string& side) {
  if (side != "left" && side != "right")
    fail("searchsorted on the side '" + side + "'", choices(side, {"left", "right"}));
  return record(searchsorted_op(), Attributes(SearchSortedAttributes{side == "right"}),
                promoted({sorted_sequence, values}));
}

}  // namespace cajal
