#include "cajal/graph/graph.h"
#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct Divide : FloatBinary<Divide> {
  static constexpr std::string_view name = "divide", summary = "a / b, element by element.";
  template <class T>
  T apply(T a, T b) const {
    return a / b;
  }
  Vars gradient(const Derivative& d) const {
    return {d.needed[0] ? d.dy() / d.x(1) : Var(), d.needed[1] ? -(d.dy() * d.y() / d.x(1)) : Var()};
  }
  static Value simplify(const Graph& graph, const GraphNode& node) { return without_neutral(graph, node, 1, false); }
  static std::vector<Sample> samples() { return joined(binary_samples(0.4, 2), {edge_pairs()}); }
};

}  // namespace

CAJAL_OP(divide, Divide)

Var divide(const Var& a, const Var& b) { return record_float_binary(divide_op(), a, b); }

}  // namespace cajal
