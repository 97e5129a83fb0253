#include <cstring>

#include "cajal/ops/indexing.h"
#include "cajal/ops/internal/take.h"

namespace cajal {
namespace {

struct GatherNd {
  static constexpr std::string_view name = "gather_nd", summary = "The parts at indices of several axes at once.";
  Specs infer(std::span<const Spec> in) const {
    check_indices(in[1]);
    return {Spec{parts_shape(in[1].shape, in[0].shape), in[0].dtype}};
  }
  Vars gradient(const Derivative& d) const { return {record_scatter(d.x(1), d.dy(), d.x(0)), Var()}; }
  void reference(const Call& call) const {
    const Parts parts(call, 1, call.in[0]);
    const size_t bytes = size_t(parts.inner) * size_of(call.out[0].dtype);
    if (bytes == 0) return;
    for (int64_t i = 0; i < parts.count; ++i) {
      const int64_t offset = parts.offset(i);
      std::byte* to = call.out[0].data + size_t(i) * bytes;
      if (offset < 0) std::memset(to, 0, bytes);
      else std::memcpy(to, call.in[0].data + size_t(offset) * size_of(call.out[0].dtype), bytes);
    }
  }
  static std::vector<Sample> samples() {
    auto sample = [](Shape shape, Tensor indices) {
      return with_values({Attributes(GatherNd()), {{shape}, {}}}, 1, indices);
    };
    return {sample({3, 4, 2}, Tensor::of<int32_t>({2, -1, 0, 0, 2, 3}, {3, 2})),
            sample({5}, Tensor::of<int64_t>({4, 4, 0}, {3, 1})), sample({2, 3}, Tensor::of<int32_t>({1, 2}, {1, 1, 2})),
            sample({2, 3}, Tensor({0, 1}, DType::int32))};
  }
};

}  // namespace

CAJAL_OP(gather_nd, GatherNd)

Shape parts_shape(const Shape& indices, const Shape& from) {
  if (indices.empty())
    fail("indices without axes", "the last axis of the indices has one index per axis of the tensor");
  const int64_t depth = indices.back().value();
  if (depth > from.rank())
    fail("indices of shape " + indices.text() + " name " + std::to_string(depth) + " axes of a tensor of shape " +
         from.text());
  Shape out = indices.slice(0, indices.rank() - 1);
  for (const Dim& dim : from.slice(int(depth), from.rank())) out.push_back(dim);
  check_rank(out);
  return out;
}

Var gather_nd(const Var& x, const Var& indices) { return record(gather_nd_op(), Attributes(GatherNd()), {x, indices}); }

}  // namespace cajal
