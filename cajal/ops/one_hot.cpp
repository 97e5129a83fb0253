#include "cajal/ops/indexing.h"
#include "cajal/ops/indexing_attributes.h"
#include "cajal/ops/internal/index.h"

namespace cajal {
namespace {

struct OneHot : OneHotAttributes {
  static constexpr std::string_view name = "one_hot", summary = "Rows of zeros with a one at each index.";
  Specs infer(std::span<const Spec> in) const {
    check_indices(in[0]);
    if (classes < 0) fail("one_hot of " + std::to_string(classes) + " classes");
    Shape out = in[0].shape;
    out.insert(axis, classes);
    check_rank(out);
    return {Spec{out, dtype}};
  }
  template <class T>
  void reference(const Call& call) const {
    const AxisView out(call.out[0], axis);
    const Indices indices(call, 0);
    T* y = call.out[0].as<T>();
    for (int64_t outer = 0; outer < out.outer; ++outer)
      for (int64_t k = 0; k < out.size; ++k)
        for (int64_t i = 0; i < out.inner; ++i) *y++ = T(indices[outer * out.inner + i] == k ? 1 : 0);
  }
  static std::vector<Sample> samples() {
    auto sample = [](int64_t classes, int axis, DType type, Tensor labels) {
      Sample out{
          .attributes = Attributes(OneHotAttributes{classes, axis, type}), .inputs = {{}}, .differentiable = false};
      return with_values(out, 0, labels);
    };
    return {sample(3, 1, DType::float32, Tensor::of<int32_t>({2, 0, 1, -1, 3})),
            sample(4, 0, DType::float32, Tensor::of<uint8_t>({3, 0, 1, 9}, {2, 2})),
            sample(1, 0, DType::boolean, Tensor(0)), sample(2, 1, DType::int32, Tensor({0}, DType::int64))};
  }
};

}  // namespace

CAJAL_OP(one_hot, OneHot)

Var one_hot(const Var& x, int64_t num_classes, int axis, DType dtype) {
  return record(one_hot_op(), Attributes(OneHotAttributes{num_classes, normal_axis(axis, x.rank() + 1), dtype}), {x});
}

}  // namespace cajal
