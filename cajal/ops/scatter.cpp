#include <algorithm>

#include "cajal/ops/creation.h"
#include "cajal/ops/elementwise.h"
#include "cajal/ops/indexing.h"
#include "cajal/ops/indexing_attributes.h"
#include "cajal/ops/internal/take.h"

namespace cajal {
namespace {

struct Scatter : ScatterAttributes {
  static constexpr std::string_view name = "scatter", summary = "Zeros with values added at indices.";
  static constexpr int value_inputs = 2;
  Specs infer(std::span<const Spec> in) const {
    check_indices(in[0]);
    const Shape& whole = in.size() > 2 ? in[2].shape : shape;
    const Shape parts = parts_shape(in[0].shape, whole);
    if (!(parts == in[1].shape))
      fail("values of shape " + in[1].shape.text() + " where the indices " + in[0].shape.text() + " into " +
           whole.text() + " ask for " + parts.text());
    return {Spec{whole, in[1].dtype}};
  }
  Vars gradient(const Derivative& d) const { return {Var(), gather_nd(d.dy(), d.x(0)), Var()}; }
  template <class T>
  void reference(const Call& call) const {
    const Parts parts(call, 0, call.out[0]);
    const T* values = call.in[1].as<T>();
    std::fill_n(call.out[0].as<T>(), call.out[0].size, T());
    for (int64_t i = 0; i < parts.count; ++i) {
      const int64_t offset = parts.offset(i);
      if (offset < 0) continue;
      T* to = call.out[0].as<T>() + offset;
      for (int64_t j = 0; j < parts.inner; ++j) to[j] = plus(to[j], values[i * parts.inner + j]);
    }
  }
  static std::vector<Sample> samples() {
    auto sample = [](Shape whole, Shape values, Tensor indices) {
      return with_values({Attributes(ScatterAttributes{whole}), {{}, {values}}}, 0, indices);
    };
    return {sample({3, 4, 2}, {3, 2}, Tensor::of<int32_t>({2, -1, 0, 0, 2, 3}, {3, 2})),
            sample({5}, {4}, Tensor::of<int64_t>({4, 4, 0, 4}, {4, 1})),
            sample({2, 3}, {1, 1}, Tensor::of<int32_t>({1, 2}, {1, 1, 2})),
            sample({4}, {0}, Tensor({0, 1}, DType::int32))};
  }
};

}  // namespace

CAJAL_OP(scatter, Scatter)

Var record_scatter(const Var& indices, const Var& values, const Var& like) {
  return record(scatter_op(), Attributes(ScatterAttributes{}), {indices, values, like});
}

Var scatter(const Var& indices, const Var& values, const Shape& shape) {
  return record(scatter_op(), Attributes(ScatterAttributes{shape}), {indices, values});
}

Var scatter_add(const Var& x, const Var& indices, const Var& updates) {
  return add(x, record_scatter(indices, updates, x));
}

Var scatter_update(const Var& x, const Var& indices, const Var& updates) {
  const Var written = record_scatter(indices, ones_like(updates), x);
  return where(not_equal(written, zeros_like(written)), record_scatter(indices, updates, x), x);
}

}  // namespace cajal
