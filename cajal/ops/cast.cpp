#include "cajal/graph/graph.h"
#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct Cast : CastAttributes {
  static constexpr std::string_view name = "cast", summary = "The values in another type.";
  static constexpr Pattern pattern = Pattern::elementwise;
  Specs infer(std::span<const Spec> in) const {
    expect_inputs(in, 1);
    return {Spec{in[0].shape, type}};
  }
  // The reverse walk casts dy back to the type of x.
  Vars gradient(const Derivative& d) const { return {d.dy()}; }
  void reference(const Call& call) const {
    for_type(call.in[0].dtype, [&](auto from) {
      for_type(call.out[0].dtype, [&](auto to) { copy<decltype(from), decltype(to)>(call); });
    });
  }
  template <class From, class To>
  static void copy(const Call& call) {
    const From* x = call.in[0].as<From>();
    To* y = call.out[0].as<To>();
    for (int64_t i = 0; i < call.out[0].size; ++i) y[i] = convert<To>(x[i]);
  }
  static Value simplify(const Graph& graph, const GraphNode& node) {
    return graph.spec(node.inputs[0]).dtype == node.outputs[0].dtype ? node.inputs[0] : Value{};
  }
  static Cast to(DType type) {
    Cast out;
    out.type = type;
    return out;
  }
  static std::vector<Sample> samples() {
    std::vector<Sample> out = unary_samples<Cast>(-3, 3, to(DType::float64));
    for (int type = 0; type < dtype_count; ++type) {
      Sample edges = edge_sample<Cast>(to(DType(type)));
      // Half floats take what double has rounded, not what it was.
      if (size_of(DType(type)) >= 4 || !is_float(DType(type))) out.push_back(edges);
      out.push_back({Attributes(to(DType(type))), {{{20}, DType::int32}}, -300, 300, {}, false});
    }
    return out;
  }
};

}  // namespace

CAJAL_OP(cast, Cast)

Var cast(const Var& x, DType type) {
  return x.dtype() == type ? x : record(cast_op(), Attributes(CastAttributes{type}), {x});
}

}  // namespace cajal
