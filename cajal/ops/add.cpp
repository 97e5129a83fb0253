#include "cajal/graph/graph.h"
#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct Add : Binary<Add> {
  static constexpr std::string_view name = "add", summary = "a + b, element by element.";
  template <class T>
  T apply(T a, T b) const {
    return wrapped(a, b, std::plus<>());
  }
  Vars gradient(const Derivative& d) const { return {d.dy(), d.dy()}; }
  static Value simplify(const Graph& graph, const GraphNode& node) { return without_neutral(graph, node, 0, true); }
  static std::vector<Sample> samples() {
    return joined(binary_samples(), {edge_pairs(), integer_pairs(), integer_pairs(DType::int64)});
  }
};

}  // namespace

CAJAL_OP(add, Add)

Var add(const Var& a, const Var& b) { return record_binary(add_op(), a, b); }

}  // namespace cajal
