// Which version of a Variable a read sees, and which assignments a program carries out.
#include "cajal/graph/variable.h"

#include <gtest/gtest.h>

#include "cajal/graph/internal/test_support.h"

namespace cajal {
namespace {

using graph_test::message_of;
using graph_test::number;
using graph_test::product;
using graph_test::run;
using Numbers = std::vector<double>;

Variable variable(double value, const std::string& name = "v") { return Variable(number(value), {name}); }

TEST(VariableVersions, AReadSeesTheAssignmentsRecordedBefore) {
  const Variable v = variable(1);
  Recording recording;
  const Var before = v;
  v.assign(add(v, constant(number(10))));
  const Var between = v;
  v.assign(product(v, v));
  const Var last = v;
  const Graph graph = Graph::of({}, {before, between, last}, recording.effects());
  ASSERT_EQ(graph.assignments.size(), 1u);
  EXPECT_EQ(run(graph), (Numbers{1, 11, 121, 121}));
  EXPECT_EQ(v.value().item(), 1) << "the oracle carries no assignment out";
}

TEST(VariableVersions, AssignReturnsTheNewVersion) {
  const Variable v = variable(2);
  const Var next = v.assign_add(constant(number(3)));
  const Graph graph = Graph::of({}, {next});
  ASSERT_EQ(graph.assignments.size(), 1u);
  EXPECT_EQ(run(graph), (Numbers{5, 5}));
}

TEST(VariableVersions, AssignSubSubtracts) {
  const Variable v = variable(2);
  EXPECT_EQ(run(Graph::of({}, {v.assign_sub(constant(number(3)))}))[0], -1);
}

TEST(VariableVersions, WhatNobodyAskedForIsNotCarriedOut) {
  const Variable v = variable(2);
  v.assign(constant(number(7)));
  const Graph graph = Graph::of({}, {v});
  EXPECT_TRUE(graph.assignments.empty());
  EXPECT_EQ(run(graph), Numbers{2});
}

TEST(VariableVersions, TwoVariablesCanChangePlaces) {
  const Variable a = variable(1, "a"), b = variable(2, "b");
  Recording recording;
  const Var old_a = a, old_b = b;
  a.assign(old_b);
  b.assign(old_a);
  const Graph graph = Graph::of({}, {a, b}, recording.effects());
  ASSERT_EQ(graph.assignments.size(), 2u);
  EXPECT_EQ(run(graph), (Numbers{2, 1, 2, 1}));
}

TEST(VariableVersions, AssignmentsStandInTheOrderOfTheirFirst) {
  const Variable a = variable(1, "a"), b = variable(2, "b");
  Recording recording;
  b.assign(constant(number(5)));
  a.assign(constant(number(6)));
  b.assign(constant(number(7)));
  const Graph graph = Graph::of({}, {}, recording.effects());
  ASSERT_EQ(graph.assignments.size(), 2u);
  EXPECT_EQ(graph.assignments[0].variable, b);
  EXPECT_EQ(graph.assignments[1].variable, a);
  EXPECT_EQ(run(graph), (Numbers{7, 6}));
}

TEST(VariableVersions, AfterCarriesAssignmentsWithAValue) {
  const Variable v = variable(1);
  const Var x = graph_test::scalar_input();
  Var y;
  {
    Recording inner;
    const Var next = v.assign(x);
    y = after(product(x, x), inner.effects());
    EXPECT_EQ(inner.effects().size(), 1u);
    EXPECT_TRUE(inner.effects()[0] == next);
  }
  const Graph graph = Graph::of({x}, {y});
  ASSERT_EQ(graph.assignments.size(), 1u);
  EXPECT_EQ(run(graph, {3}), (Numbers{9, 3}));
  EXPECT_TRUE(after(x, {}) == x) << "no effects, no node";
}

TEST(VariableVersions, AnInnerRecordingKeepsItsEffects) {
  const Variable v = variable(1), w = variable(2);
  Recording outer;
  v.assign(constant(number(3)));
  {
    Recording inner;
    EXPECT_EQ(Recording::current(), &inner);
    w.assign(constant(number(4)));
    EXPECT_EQ(inner.effects().size(), 1u);
  }
  EXPECT_EQ(Recording::current(), &outer);
  EXPECT_EQ(outer.effects().size(), 1u);
  const Graph graph = Graph::of({}, {v, w}, outer.effects());
  EXPECT_EQ(run(graph), (Numbers{3, 2, 3}));
}

TEST(VariableVersions, ATypeOrShapeThatDiffersIsRefused) {
  const Variable v(Tensor(Shape{2}), {"weights"});
  EXPECT_EQ(message_of([&] { v.assign(constant(Tensor(Shape{3}))); }),
            "variable 'weights' is float32 [2] and was assigned float32 [3]");
  EXPECT_EQ(message_of([&] { v.assign(constant(Tensor(Shape{2}, DType::float64))); }),
            "variable 'weights' is float32 [2] and was assigned float64 [2]");
}

TEST(VariableStorage, CopiesAreHandles) {
  Variable v(Tensor(Shape{2}), {"v"});
  Variable same = v;
  same.set(Tensor::of<float>({1, 2}));
  EXPECT_EQ(v.value().values<double>(), (Numbers{1, 2}));
  EXPECT_EQ(v, same);
  EXPECT_FALSE(v == Variable(Tensor(Shape{2})));
}

TEST(VariableStorage, StartsFromACopyAndConvertsWhatItIsSetTo) {
  Tensor start = Tensor::of<float>({1, 2});
  Variable v(start);
  start.set_flat(0, 9);
  EXPECT_EQ(v.value().values<double>(), (Numbers{1, 2}));
  v.set(Tensor::of<int32_t>({3, 4}));
  EXPECT_EQ(v.dtype(), DType::float32);
  EXPECT_EQ(v.value().values<double>(), (Numbers{3, 4}));
  EXPECT_EQ(message_of([&] {
              v.set(Tensor({1, 2}));
            }),
            "variable 'variable' has the shape [2] and was given values of shape [1, 2]");
  EXPECT_EQ(message_of([] { Variable(Tensor(), {"w"}); }), "variable 'w' was given an empty tensor");
}

TEST(VariableStorage, MovesWithItsValues) {
  Variable v(Tensor::of<float>({1, 2}));
  const uint64_t before = Variable::moves();
  Tensor row(Shape{4});
  v.place(row.slice(0, {2, 4}));
  EXPECT_GT(Variable::moves(), before);
  EXPECT_EQ(row.values<double>(), (Numbers{0, 0, 1, 2}));
  row.set_flat(3, 7);
  EXPECT_EQ(v.value().flat(1), 7);
  EXPECT_THROW(v.place(Tensor(Shape{3})), Error);
}

}  // namespace
}  // namespace cajal
