#include "cajal/ops/reduction.h"

#include <gtest/gtest.h>

#include <cmath>

#include "cajal/graph/graph.h"
#include "cajal/ops/creation.h"
#include "cajal/ops/elementwise.h"

namespace cajal {
namespace {

std::vector<double> numbers(const Var& x) { return evaluate(Graph::of({}, {x}), {})[0].values<double>(); }
Var matrix() { return constant(Tensor::of({1.f, 2.f, 3.f, 4.f, 5.f, 6.f}, {2, 3})); }

TEST(Reduction, Shapes) {
  const Dim batch = Dim::symbol("batch");
  const Var x = placeholder({batch, 3, 4});
  EXPECT_EQ(sum(x).shape().text(), "[]");
  EXPECT_EQ(sum(x, {-1}).shape().text(), "[batch, 3]");
  EXPECT_EQ(mean(x, {2, 0}, true).shape().text(), "[1, 3, 1]");
  EXPECT_EQ(argmax(x, 1).spec().text(), "int32 [batch, 4]");
  EXPECT_THROW(sum(x, {3}), Error);
  EXPECT_THROW(sum(x, {1, -2}), Error);
}

TEST(Reduction, Types) {
  EXPECT_EQ(sum(placeholder({2}, DType::int8)).dtype(), DType::int32);
  EXPECT_EQ(sum(placeholder({2}, DType::int64)).dtype(), DType::int64);
  EXPECT_EQ(mean(placeholder({2}, DType::int32)).dtype(), DType::float32);
  EXPECT_EQ(max(placeholder({2}, DType::int8)).dtype(), DType::int8);
  EXPECT_EQ(any(placeholder({2})).dtype(), DType::boolean);
}

TEST(Reduction, Values) {
  EXPECT_EQ(numbers(sum(matrix(), {0})), (std::vector<double>{5, 7, 9}));
  EXPECT_EQ(numbers(mean(matrix(), {1})), (std::vector<double>{2, 5}));
  EXPECT_EQ(numbers(prod(matrix(), {1})), (std::vector<double>{6, 120}));
  EXPECT_NEAR(numbers(var(matrix(), {1}))[0], 2.0 / 3, 1e-6);
  EXPECT_NEAR(numbers(std(matrix()))[0], std::sqrt(35.0 / 12), 1e-6);
  EXPECT_NEAR(numbers(norm(matrix()))[0], std::sqrt(91.0), 1e-5);
  EXPECT_EQ(numbers(cumsum(matrix(), 1)), (std::vector<double>{1, 3, 6, 4, 9, 15}));
  EXPECT_EQ(numbers(cumsum(matrix(), 1, true)), (std::vector<double>{6, 5, 3, 15, 11, 6}));
  EXPECT_EQ(numbers(count_nonzero(matrix() - 1)), (std::vector<double>{5}));
}

TEST(Reduction, OfNothing) {
  const Var nothing = constant(Tensor({2, 0}));
  EXPECT_EQ(numbers(sum(nothing, {1})), (std::vector<double>{0, 0}));
  EXPECT_EQ(numbers(prod(nothing, {1})), (std::vector<double>{1, 1}));
  EXPECT_TRUE(std::isnan(numbers(mean(nothing, {1}))[0]));
  EXPECT_THROW(max(nothing, {1}), Error);
  EXPECT_THROW(argmax(nothing, 1), Error);
}

TEST(Reduction, EqualsShareTheGradientOfMax) {
  const Var x = constant(Tensor::of({3.f, 1.f, 3.f}));
  EXPECT_EQ(numbers(gradient(max(x), x)), (std::vector<double>{0.5, 0, 0.5}));
}

TEST(Reduction, TheMeanOfAnUnknownNumberOfSamples) {
  const Var x = placeholder({Dim::symbol("batch"), 2});
  const Graph graph = Graph::of({x}, {gradient(mean(x), x)});
  EXPECT_EQ(evaluate(graph, {Tensor({4, 2})})[0].flat(0), 1.0 / 8);
  EXPECT_EQ(evaluate(graph, {Tensor({8, 2})})[0].flat(0), 1.0 / 16);
}

TEST(Reduction, SumToUndoesABroadcast) {
  const Var x = placeholder({4, 2, 3});
  EXPECT_EQ(sum_to(x, {4, 2, 3}), x);
  EXPECT_EQ(sum_to(x, {2, 3}).node()->op->name, "sum");
  EXPECT_EQ(sum_to(x, {2, 1}).shape().text(), "[2, 1]");
  EXPECT_EQ(sum_to(x, {}).shape().text(), "[]");
  EXPECT_EQ(sum_to(placeholder({3}), {4, 3}).shape().text(), "[4, 3]");
  EXPECT_THROW(sum_to(x, {5}), Error);
}

TEST(Reduction, GlobalNorm) {
  const Var a = constant(Tensor::of({3.f})), b = constant(Tensor::of({4.f, 0.f}));
  EXPECT_EQ(numbers(global_norm({a, b})), (std::vector<double>{5}));
  EXPECT_EQ(numbers(global_norm({})), (std::vector<double>{0}));
  const Var nothing = constant(zeros({2}));
  EXPECT_EQ(numbers(gradient(global_norm({nothing}), nothing)), (std::vector<double>{0, 0}));
}

}  // namespace
}  // namespace cajal
