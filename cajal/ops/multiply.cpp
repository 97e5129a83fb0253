#include "cajal/graph/graph.h"
#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct Multiply : Binary<Multiply> {
  static constexpr std::string_view name = "multiply", summary = "a b, element by element.";
  template <class T>
  T apply(T a, T b) const {
    return wrapped(a, b, std::multiplies<>());
  }
  Vars gradient(const Derivative& d) const {
    return {d.needed[0] ? d.dy() * d.x(1) : Var(), d.needed[1] ? d.dy() * d.x(0) : Var()};
  }
  static Value simplify(const Graph& graph, const GraphNode& node) { return without_neutral(graph, node, 1, true); }
  static std::vector<Sample> samples() {
    return joined(binary_samples(), {edge_pairs(), integer_pairs(), integer_pairs(DType::int64)});
  }
};

}  // namespace

CAJAL_OP(multiply, Multiply)

Var multiply(const Var& a, const Var& b) { return record_binary(multiply_op(), a, b); }

}  // namespace cajal
