#include "cajal/graph/graph.h"
#include "cajal/ops/internal/walk.h"
#include "cajal/ops/shape.h"
#include "cajal/ops/shape_attributes.h"

namespace cajal {
namespace {

struct BroadcastTo : BroadcastAttributes {
  static constexpr std::string_view name = "broadcast_to", summary = "Axes of size 1 repeated.";
  static constexpr int value_inputs = 1;
  Specs infer(std::span<const Spec> in) const {
    const Shape out = in.size() > 1 ? in[1].shape : filled(in[0].shape);
    check_rank(out);
    if (!broadcasts_to(in[0].shape, out))
      fail("the shape " + in[0].shape.text() + " cannot be broadcast to " + out.text(),
           "each axis must be equal or 1, counted from the last");
    return {Spec{out, in[0].dtype}};
  }
  Shape filled(const Shape& from) const {
    Shape out = shape;
    for (int back = 1; back <= std::min(out.rank(), from.rank()); ++back)
      if (out[-back] == -1) out[-back] = from[-back];
    return out;
  }
  // The reverse walk sums over the repeated axes.
  Vars gradient(const Derivative& d) const { return {d.dy(), Var()}; }
  void reference(const Call& call) const {
    const Operand &in = call.in[0], &out = call.out[0];
    const Strides dense = strides_of(in);
    Strides strides{};
    for (int back = 1; back <= in.rank; ++back)
      strides[size_t(out.rank - back)] = in.dim(-back) == 1 ? 0 : dense[size_t(in.rank - back)];
    for_bytes(out.dtype, [&](auto zero) {
      using T = decltype(zero);
      for_strided(out.shape(), strides, 0, [&](int64_t i, int64_t offset) { out.as<T>()[i] = in.as<T>()[offset]; });
    });
  }
  static Value simplify(const Graph& graph, const GraphNode& node) {
    return graph.spec(node.inputs[0]) == node.outputs[0] ? node.inputs[0] : Value{};
  }
  static std::vector<Sample> samples() {
    return {{Attributes(BroadcastAttributes{{2, 3}}), {{{3}}}},
            {Attributes(BroadcastAttributes{{2, -1, 5}}), {{{3, 1}}}},
            {Attributes(BroadcastAttributes{{4, 5}}), {{{}}}},
            {Attributes(BroadcastAttributes{{0, 3}}), {{{1, 3}}}},
            {Attributes(BroadcastAttributes{}), {{{1, 3}}, {{2, 7, 3}}}}};
  }
};

}  // namespace

CAJAL_OP(broadcast_to, BroadcastTo)

Var broadcast_to(const Var& x, const Shape& shape) {
  // An unknown size that x has itself stays x's, whatever it is when the node is recorded again.
  Shape target = shape;
  for (int back = 1; back <= std::min(x.rank(), shape.rank()); ++back)
    if (shape[-back].is_symbolic() && shape[-back] == x.dim(-back)) target[-back] = -1;
  return record(broadcast_to_op(), Attributes(BroadcastAttributes{target}), {x});
}

Var broadcast_like(const Var& x, const Var& like) {
  return record(broadcast_to_op(), Attributes(BroadcastAttributes{}), {x, like});
}

}  // namespace cajal
