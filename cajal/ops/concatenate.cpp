#include <cstring>

#include "cajal/graph/graph.h"
#include "cajal/ops/internal/promotion.h"
#include "cajal/ops/internal/split.h"
#include "cajal/ops/internal/walk.h"
#include "cajal/ops/shape.h"
#include "cajal/ops/shape_attributes.h"

namespace cajal {
namespace {

struct Concatenate : AxisAttributes {
  static constexpr std::string_view name = "concatenate", summary = "Tensors joined along an axis.";

  // The sum of two dimensions: symbols have to be the same.
  static Dim sum(const Dim& a, const Dim& b) {
    if (a == 0 || b == 0) return a == 0 ? b : a;
    const Dim unit = exact_division(a, a.factor());
    if (!(unit == exact_division(b, b.factor())))
      fail("the sizes " + a.text() + " and " + b.text() + " have no sum before they are known");
    return unit * Dim(a.factor() + b.factor());
  }
  Specs infer(std::span<const Spec> in) const {
    Spec out{in[0].shape, in[0].dtype};
    for (const Spec& next : in.subspan(1)) {
      Shape fitting = in[0].shape;
      if (next.shape.rank() == fitting.rank()) fitting[axis] = next.shape[axis];
      if (!(fitting == next.shape) || next.dtype != out.dtype)
        fail(in[0].text() + " and " + next.text() + " cannot be joined along axis " + std::to_string(axis),
             "make all sizes equal but those of that axis");
      out.shape[axis] = sum(out.shape[axis], next.shape[axis]);
    }
    return {out};
  }
  Vars gradient(const Derivative& d) const {
    std::vector<int64_t> parts;
    for (const Var& input : d.inputs) parts.push_back(input.dim(axis).factor());
    return record_split(d.dy(), {axis, parts});
  }
  void reference(const Call& call) const {
    const AxisView out(call.out[0], axis);
    const size_t row = size_t(out.inner) * size_of(call.out[0].dtype);
    std::byte* to = call.out[0].data;
    for (int64_t i = 0; i < out.outer; ++i)
      for (const Operand& in : call.in) {
        const size_t bytes = size_t(in.dims[axis]) * row;
        if (bytes) std::memcpy(to, in.data + size_t(i) * bytes, bytes);
        to += bytes;
      }
  }
  static Value simplify(const Graph&, const GraphNode& node) {
    return node.inputs.size() == 1 ? node.inputs[0] : Value{};
  }
  static std::vector<Sample> samples() {
    return {{Attributes(AxisAttributes{0}), {{{2, 3}}, {{1, 3}}}},
            {Attributes(AxisAttributes{1}), {{{2, 3}}, {{2, 0}}, {{2, 5}}}},
            {Attributes(AxisAttributes{2}), {{{3, 1, 2}}, {{3, 1, 1}}}},
            {Attributes(AxisAttributes{0}), {{{7}}}}};
  }
};

}  // namespace

CAJAL_OP(concatenate, Concatenate)

Var concatenate(const Vars& inputs, int axis) {
  const Vars values = promoted(inputs);
  return record(concatenate_op(), Attributes(AxisAttributes{normal_axis(axis, values[0].rank())}), values);
}

}  // namespace cajal
