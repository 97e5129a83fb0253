// Each pass on a small graph: its text before and after.
#include <gtest/gtest.h>

#include "cajal/graph/internal/test_support.h"

namespace cajal {
namespace {

using namespace graph_test;

TEST(Rewrites, TrainingBecomesAConstant) {
  Graph graph = Graph::of({}, {training()});
  EXPECT_EQ(text(graph), "%0 = training() bool []\nreturn %0\n");
  Graph evaluation = graph;
  fold_training(graph, true);
  EXPECT_EQ(text(graph), "%0 = constant(value=bool 1) bool []\nreturn %0\n");
  fold_training(evaluation, false);
  EXPECT_EQ(text(evaluation), "%0 = constant(value=bool 0) bool []\nreturn %0\n");
}

TEST(Rewrites, AFrozenLayerIsNotTraining) {
  const auto trainable = std::make_shared<bool>(false);
  const Graph graph = Graph::of({}, {training(trainable), training(std::make_shared<bool>(true))});
  auto folded = [&](bool train) {
    Graph copy = graph;
    fold_training(copy, train);
    return std::pair(constant_value(copy, copy.outputs[0]).item() != 0,
                     constant_value(copy, copy.outputs[1]).item() != 0);
  };
  EXPECT_EQ(folded(true), std::pair(false, true));
  EXPECT_EQ(folded(false), std::pair(false, false));
  *trainable = true;  // the flag is read when a plan is compiled, not when it was recorded
  EXPECT_EQ(folded(true), std::pair(true, true));
}

TEST(Rewrites, NodesOfConstantsAreFolded) {
  const Var x = scalar_input();
  Graph graph = Graph::of({x}, {product(x, sine(product(constant(number(2)), constant(number(0)))))});
  fold_constants(graph);
  drop_dead_nodes(graph);
  EXPECT_EQ(text(graph),
            "%0 = input(name='input') float64 []\n"
            "%1 = constant(value=float64 0) float64 []\n"
            "%2 = product(%0, %1) float64 []\n"
            "return %2\n");
}

TEST(Rewrites, RandomNumbersAndLargeConstantsAreNotFolded) {
  Graph graph = Graph::of({}, {noise(constant(number(1))), sine(constant(Tensor({1000, 1000})))});
  const std::string before = text(graph);
  fold_constants(graph);
  EXPECT_EQ(text(graph), before);
}

TEST(Rewrites, AnOpSaysWhatItEquals) {
  const Var x = scalar_input();
  Graph graph = Graph::of({x}, {sine(product(x, constant(number(1))))});
  simplify(graph);
  drop_dead_nodes(graph);
  EXPECT_EQ(text(graph),
            "%0 = input(name='input') float64 []\n"
            "%1 = sine(%0; quarters=0) float64 []\n"
            "return %1\n");
}

TEST(Rewrites, WhatChangesTheShapeIsNotSimplifiedAway) {
  const Var x = scalar_input();
  Graph graph = Graph::of({x}, {product(x, constant(Tensor::full({1}, 1, DType::float64)))});
  simplify(graph);
  EXPECT_EQ(graph.outputs[0].node, 2);
}

TEST(Rewrites, EqualNodesBecomeOne) {
  const Var x = scalar_input();
  Graph graph = Graph::of({x}, {add(sine(x), sine(x))});
  EXPECT_EQ(graph.nodes.size(), 4u);
  merge_equal_nodes(graph);
  drop_dead_nodes(graph);
  EXPECT_EQ(text(graph),
            "%0 = input(name='input') float64 []\n"
            "%1 = sine(%0; quarters=0) float64 []\n"
            "%2 = add(%1, %1) float64 []\n"
            "return %2\n");
}

// The number of nodes that are left of two.
size_t merged(const Var& a, const Var& b, const Vars& inputs) {
  Graph graph = Graph::of(inputs, {a, b});
  const size_t before = graph.nodes.size();
  merge_equal_nodes(graph);
  drop_dead_nodes(graph);
  return before - graph.nodes.size();
}

TEST(Rewrites, WhatDiffersStays) {
  const Var x = scalar_input(), y = placeholder({}), z = placeholder({});
  EXPECT_EQ(merged(sine(x), sine(x), {x}), 1u);
  EXPECT_EQ(merged(sine(x), sine(x, 1), {x}), 0u) << "attributes";
  EXPECT_EQ(merged(noise(x), noise(x), {x}), 0u) << "random numbers";
  EXPECT_EQ(merged(cast(x, DType::float32), cast(x, DType::float16), {x}), 0u) << "types";
  EXPECT_EQ(merged(y, z, {y, z}), 0u) << "inputs";
  EXPECT_EQ(merged(training(), training(std::make_shared<bool>(true)), {}), 0u) << "flags of layers";
}

TEST(Rewrites, ConstantsAreToldApartByAllTheirBits) {
  auto both = [](const Tensor& a, const Tensor& b) { return merged(constant(a), constant(b), {}); };
  EXPECT_EQ(both(number(1), number(1)), 1u);
  EXPECT_EQ(both(number(0), number(-0.0)), 0u);
  EXPECT_EQ(both(number(1), Tensor::full({}, 1)), 0u) << "types";
  EXPECT_EQ(both(Tensor(Shape{2}), Tensor({1, 2})), 0u) << "shapes";
  EXPECT_EQ(both(Tensor(Shape{3}), Tensor::of<float>({0, 0, 1e-30f})), 0u);
  EXPECT_EQ(both(Tensor::of<int64_t>({9007199254740993}), Tensor::of<int64_t>({9007199254740992})), 0u);
}

TEST(Rewrites, VariablesOfOneNameAreTwo) {
  const Variable a(number(1), {"w"}), b(number(1), {"w"});
  EXPECT_EQ(merged(sine(a), sine(b), {}), 0u);
  EXPECT_EQ(merged(sine(a), sine(a), {}), 1u);
}

TEST(Rewrites, WhatNobodyNeedsIsDropped) {
  const Var x = scalar_input(), unused = placeholder({2});
  const Vars both = plus_minus(x, x);
  Graph graph = Graph::of({unused, x}, {both[1], sine(both[0])});
  graph.outputs.pop_back();
  drop_dead_nodes(graph);
  EXPECT_EQ(text(graph),
            "%0 = input(name='input') float32 [2]\n"
            "%1 = input(name='input') float64 []\n"
            "%2 = plus_minus(%1, %1) float64 [], float64 []\n"
            "return %2.1\n");
  EXPECT_EQ(graph.inputs, (std::vector<int>{0, 1})) << "inputs stay, read or not";
}

TEST(Rewrites, AVariableAssignedItselfIsLeftAlone) {
  const Variable v(number(1), {"v"}), w(number(2), {"w"});
  const Var x = scalar_input();
  Recording recording;
  v.assign(product(v, constant(number(1))));
  w.assign(product(x, x));
  Graph graph = Graph::of({x}, {}, recording.effects());
  EXPECT_EQ(graph.assignments.size(), 2u);
  rewrite(graph, true);
  ASSERT_EQ(graph.assignments.size(), 1u);
  EXPECT_EQ(graph.assignments[0].variable, w);
  for (const GraphNode& node : graph.nodes) EXPECT_NE(node.op, &constant_op());
}

TEST(Rewrites, SymbolsBecomeNumbers) {
  const Var x = placeholder({Dim::symbol("batch"), 3});
  Graph graph = Graph::of({x}, {sine(x)});
  Bindings bindings;
  ASSERT_TRUE(bindings.match({Dim::symbol("batch")}, {5}));
  bind_symbols(graph, bindings);
  EXPECT_EQ(text(graph),
            "%0 = input(name='input') float32 [5, 3]\n"
            "%1 = sine(%0; quarters=0) float32 [5, 3]\n"
            "return %1\n");
  Graph unknown = Graph::of({x}, {sine(x)});
  EXPECT_THROW(bind_symbols(unknown, Bindings()), Error);
}

TEST(Rewrites, AGraphHasNoPassingNodes) {
  const Var x = scalar_input();
  const Variable v(number(1));
  const Var y = identity(stop_gradient(after(sine(x), {v.assign(x)})));
  const Graph graph = Graph::of({x}, {y});
  EXPECT_EQ(graph.nodes.size(), 2u);
  EXPECT_EQ(graph.assignments.size(), 1u);
}

}  // namespace
}  // namespace cajal
