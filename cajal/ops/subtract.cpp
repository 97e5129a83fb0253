#include "cajal/graph/graph.h"
#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct Subtract : Binary<Subtract> {
  static constexpr std::string_view name = "subtract", summary = "a - b, element by element.";
  template <class T>
  T apply(T a, T b) const {
    return wrapped(a, b, std::minus<>());
  }
  Vars gradient(const Derivative& d) const { return {d.dy(), d.needed[1] ? -d.dy() : Var()}; }
  static Value simplify(const Graph& graph, const GraphNode& node) { return without_neutral(graph, node, 0, false); }
  static std::vector<Sample> samples() {
    return joined(binary_samples(), {edge_pairs(), integer_pairs(), integer_pairs(DType::int64)});
  }
};

}  // namespace

CAJAL_OP(subtract, Subtract)

Var subtract(const Var& a, const Var& b) { return record_binary(subtract_op(), a, b); }

}  // namespace cajal
