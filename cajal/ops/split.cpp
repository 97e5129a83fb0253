#include "cajal/ops/internal/split.h"

#include <cstring>
#include <numeric>

#include "cajal/graph/needs.h"
#include "cajal/ops/internal/walk.h"
#include "cajal/ops/shape.h"

namespace cajal {
namespace {

struct Split : SplitAttributes {
  static constexpr std::string_view name = "split", summary = "An axis cut into parts.";
  Specs infer(std::span<const Spec> in) const {
    const int64_t sum = std::accumulate(parts.begin(), parts.end(), int64_t(0));
    const Dim& whole = in[0].shape[axis];
    const Dim unit = sum == 0 && whole == 0 ? Dim(0) : exact_division(whole, sum);
    Specs out;
    for (int64_t part : parts) {
      out.push_back({in[0].shape, in[0].dtype});
      out.back().shape[axis] = unit * Dim(part);
    }
    return out;
  }
  Vars gradient(const Derivative& d) const {
    Vars all(d.gradients.begin(), d.gradients.end());
    for (size_t i = 0; i < all.size(); ++i)
      if (!all[i].defined()) all[i] = zeros_like(d.outputs[i]);
    return {concatenate(all, axis)};
  }
  void reference(const Call& call) const {
    const AxisView in(call.in[0], axis);
    const size_t row = size_t(in.inner) * size_of(call.in[0].dtype);
    const std::byte* from = call.in[0].data;
    for (int64_t i = 0; i < in.outer; ++i)
      for (const Operand& out : call.out) {
        const size_t bytes = size_t(out.dims[axis]) * row;
        if (bytes) std::memcpy(out.data + size_t(i) * bytes, from, bytes);
        from += bytes;
      }
  }
  static std::vector<Sample> samples() {
    return {{Attributes(SplitAttributes{0, {2, 2}}), {{{4, 3}}}},
            {Attributes(SplitAttributes{1, {3, 0, 4}}), {{{2, 7, 2}}}},
            {Attributes(SplitAttributes{0, {1, 1}}), {{{6}}}}};
  }
};

}  // namespace

CAJAL_OP(split, Split)

Vars record_split(const Var& x, SplitAttributes attributes) {
  return record_all(split_op(), Attributes(std::move(attributes)), {x});
}

Vars split(const Var& x, int sections, int axis) {
  if (sections < 1) fail("a split into " + std::to_string(sections) + " sections");
  const int along = normal_axis(axis, x.rank());
  if (x.dim(along).factor() % sections != 0)
    fail("axis " + std::to_string(along) + " of the shape " + x.shape().text() + " cannot be cut into " +
             std::to_string(sections) + " equal sections",
         "give the indices to cut at: split(x, {2, 5}, axis)");
  return record_split(x, {along, std::vector<int64_t>(size_t(sections), 1)});
}

Vars split(const Var& x, const std::vector<int64_t>& indices, int axis) {
  const int along = normal_axis(axis, x.rank());
  const int64_t size = x.dim(along).value();
  SplitAttributes attributes{along, {}};
  int64_t last = 0;
  for (int64_t index : indices) {
    const int64_t next = std::clamp(index < 0 ? index + size : index, int64_t(0), size);
    if (next < last) fail("a split at indices that do not grow: " + FieldText::text(indices));
    attributes.parts.push_back(next - last);
    last = next;
  }
  attributes.parts.push_back(size - last);
  return record_split(x, attributes);
}

}  // namespace cajal
