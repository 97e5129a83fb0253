#include "cajal/graph/graph.h"
#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct Where {
  static constexpr std::string_view name = "where", summary = "a where the condition is true, b elsewhere.";
  static constexpr Pattern pattern = Pattern::elementwise;
  Specs infer(std::span<const Spec> in) const {
    expect_inputs(in, 3);
    expect_bool(in[0]);
    expect_same_type(in[1], in[2]);
    return {Spec{broadcast(in[0].shape, broadcast(in[1].shape, in[2].shape)), in[1].dtype}};
  }
  Vars gradient(const Derivative& d) const {
    return {Var(), d.needed[1] ? where(d.x(), d.dy(), 0) : Var(), d.needed[2] ? where(d.x(), 0, d.dy()) : Var()};
  }
  template <class T>
  void reference(const Call& call) const {
    const bool* condition = call.in[0].as<bool>();
    const T *a = call.in[1].as<T>(), *b = call.in[2].as<T>();
    T* y = call.out[0].as<T>();
    for_broadcast<3>(call, [&](int64_t i, const auto& at) { y[i] = condition[at[0]] ? a[at[1]] : b[at[2]]; });
  }
  static std::vector<std::pair<int, int>> in_place() { return {{1, 0}, {2, 0}}; }
  // A condition known when the plan is made, as `training()` is, leaves one branch.
  static Value simplify(const Graph& graph, const GraphNode& node) {
    const Tensor condition = constant_value(graph, node.inputs[0]);
    if (!condition.defined() || condition.size() != 1) return {};
    return condition.item() != 0 ? node.inputs[1] : node.inputs[2];
  }
  static std::vector<Sample> samples() {
    const Tensor mixed = Tensor::of(std::vector<bool>{true, false, false, true, true, false}, {2, 3});
    const Tensor column = Tensor::of(std::vector<bool>{true, false}, {2, 1});
    const Spec six{{2, 3}, DType::boolean}, two{{2, 1}, DType::boolean};
    const Spec ints{{2, 3}, DType::int32}, longs{{2, 3}, DType::int64};
    return {{{}, {six, {{2, 3}}, {{2, 3}}}, -1, 1, {mixed, {}, {}}},
            {{}, {six, ints, ints}, -9, 9, {mixed, {}, {}}, false},
            {{}, {six, longs, longs}, -9, 9, {mixed, {}, {}}, false},
            {{}, {six, {{3}}, {{}}}, -1, 1, {mixed, {}, {}}},
            {{}, {two, {{5, 1, 7}}, {{5, 2, 1}}}, -1, 1, {column, {}, {}}}};
  }
};

}  // namespace

CAJAL_OP(where, Where)

Var where(const Var& condition, const Var& a, const Var& b) {
  const std::array<Var, 2> both = promoted(a, b);
  return record(where_op(), {}, {as_bool(condition), both[0], both[1]});
}

}  // namespace cajal
