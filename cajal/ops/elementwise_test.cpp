#include <gtest/gtest.h>

#include <cmath>

#include "cajal/graph/graph.h"
#include "cajal/ops/activation.h"
#include "cajal/ops/creation.h"
#include "cajal/ops/reduction.h"

namespace cajal {
namespace {

Tensor value_of(const Var& x) { return evaluate(Graph::of({}, {x}), {})[0]; }
std::vector<double> numbers(const Var& x) { return value_of(x).values<double>(); }

template <class T>
Var values(std::initializer_list<T> list) {
  return constant(Tensor::of(list));
}

std::string refusal(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(Elementwise, NumbersTakeTheTypeOfWhatTheyMeet) {
  const Var half = placeholder({3}, DType::bfloat16), number = placeholder({3}, DType::int8);
  EXPECT_EQ((half * 2.5).dtype(), DType::bfloat16);
  EXPECT_EQ((2 - half).dtype(), DType::bfloat16);
  EXPECT_EQ((number + 1).dtype(), DType::int8);
  EXPECT_EQ((number + 1.5).dtype(), DType::float32);
  EXPECT_EQ((number / 2).dtype(), DType::float32);
  EXPECT_EQ((placeholder({2}, DType::boolean) + 1).dtype(), DType::int32);
  EXPECT_EQ((half + placeholder({3}, DType::float16)).dtype(), DType::float32);
}

TEST(Elementwise, NumbersCostNoCast) {
  const Var x = placeholder({3}, DType::bfloat16);
  const Graph graph = Graph::of({x}, {x * 2.5});
  EXPECT_EQ(graph.nodes.size(), 3u) << text(graph);
}

TEST(Elementwise, NeutralNumbersDisappear) {
  const Var x = placeholder({3});
  Graph graph = Graph::of({x}, {((x * 1) + 0) / 1 - 0});
  rewrite(graph, false);
  EXPECT_EQ(graph.nodes.size(), 1u) << text(graph);
}

TEST(Elementwise, ABroadcastOneStays) {
  const Var x = placeholder({3});
  Graph graph = Graph::of({x}, {x * constant(ones({1, 1}))});
  rewrite(graph, false);
  EXPECT_EQ(graph.spec(graph.outputs[0]).shape.text(), "[1, 3]");
}

TEST(Elementwise, ChoosesABranchOfTraining) {
  const Var x = placeholder({3}), y = placeholder({3});
  Graph graph = Graph::of({x, y}, {where(training(), exp(x), y)});
  rewrite(graph, false);
  EXPECT_EQ(graph.nodes.size(), 2u) << text(graph);
}

TEST(Elementwise, IntegerDivisionIsNumpys) {
  const Var a = values({7, -7, 7, -7, 5, INT32_MIN}), b = values({2, 2, -2, -2, 0, -1});
  EXPECT_EQ(numbers(floor_divide(a, b)), (std::vector<double>{3, -4, -4, 3, 0, INT32_MIN}));
  EXPECT_EQ(numbers(a % b), (std::vector<double>{1, 1, -1, -1, 0, 0}));
  EXPECT_EQ(numbers(a / b)[1], -3.5);
}

TEST(Elementwise, FloatModIsNumpys) {
  EXPECT_EQ(numbers(mod(values({5.5f, -5.5f, 5.5f, -5.5f}), values({2.f, 2.f, -2.f, -2.f}))),
            (std::vector<double>{1.5, 0.5, -0.5, -1.5}));
}

TEST(Elementwise, Powers) {
  EXPECT_EQ(numbers(power(values({2.f, -2.f, -2.f, 0.f}), values({3.f, 3.f, -2.f, 0.f}))),
            (std::vector<double>{8, -8, 0.25, 1}));
  EXPECT_TRUE(std::isnan(numbers(power(values({-2.f}), values({0.5f})))[0]));
  EXPECT_EQ(numbers(power(values({2, -1, -1, 2, 0}), values({10, 3, -3, -1, 0}))),
            (std::vector<double>{1024, -1, -1, 0, 1}));
  EXPECT_EQ(power(placeholder({2}), 2).node()->op->name, "square");
}

TEST(Elementwise, ThePowerZeroHasNoGradient) {
  const Var x = values({0.f, 2.f}), exponent = values({0.f, 0.f});
  EXPECT_EQ(numbers(gradient(power(x, exponent), x)), (std::vector<double>{0, 0}));
}

TEST(Elementwise, NotANumberSpreads) {
  const float nan = std::nanf("");
  for (double y : numbers(maximum(values({nan, 1.f}), values({1.f, nan})))) EXPECT_TRUE(std::isnan(y));
  for (double y : numbers(minimum(values({nan, 1.f}), values({1.f, nan})))) EXPECT_TRUE(std::isnan(y));
  EXPECT_TRUE(std::isnan(numbers(relu(values({nan})))[0]));
  EXPECT_TRUE(std::isnan(numbers(clip(values({nan}), 0, 1))[0]));
}

TEST(Elementwise, TheFirstOfEqualsTakesTheGradient) {
  const Var a = values({1.f, 2.f}), b = values({1.f, 3.f});
  EXPECT_EQ(numbers(gradient(maximum(a, b), a)), (std::vector<double>{1, 0}));
  EXPECT_EQ(numbers(gradient(maximum(a, b), b)), (std::vector<double>{0, 1}));
  EXPECT_EQ(numbers(gradient(minimum(a, b), a)), (std::vector<double>{1, 1}));
}

TEST(Elementwise, TheCornerOfAbsHasNoSlope) {
  const Var x = values({0.f, -2.f, 2.f});
  EXPECT_EQ(numbers(gradient(abs(x), x)), (std::vector<double>{0, -1, 1}));
}

TEST(Elementwise, LargeNumbersDoNotOverflow) {
  const Var x = values({1000.f, -1000.f});
  EXPECT_EQ(numbers(softplus(x)), (std::vector<double>{1000, 0}));
  EXPECT_EQ(numbers(log_sigmoid(x)), (std::vector<double>{0, -1000}));
  EXPECT_EQ(numbers(sigmoid(x)), (std::vector<double>{1, 0}));
  EXPECT_EQ(numbers(gradient(softplus(x), x)), (std::vector<double>{1, 0}));
  EXPECT_EQ(numbers(silu(x)), (std::vector<double>{1000, 0}));
}

TEST(Elementwise, GradientsComeBackInTheInputsShapeAndType) {
  const Var x = placeholder({3, 1}, DType::bfloat16), y = placeholder({2, 1, 4});
  const Vars found = gradient(x * y, Vars{x, y});
  EXPECT_EQ(found[0].spec().text(), "bfloat16 [3, 1]");
  EXPECT_EQ(found[1].spec().text(), "float32 [2, 1, 4]");
}

TEST(Elementwise, UnknownSizesStayUnknown) {
  const Dim batch = Dim::symbol("batch");
  const Var x = placeholder({batch, 3}), bias = placeholder({3});
  const Var y = tanh(x + bias);
  EXPECT_EQ(y.shape().text(), "[batch, 3]");
  const Vars found = gradient(y, Vars{x, bias});
  EXPECT_EQ(found[0].shape().text(), "[batch, 3]");
  EXPECT_EQ(found[1].shape().text(), "[3]");
  const auto results = evaluate(Graph::of({x, bias}, found), {Tensor(Shape{5, 3}), Tensor(Shape{3})});
  EXPECT_EQ(results[0].shape().text(), "[5, 3]");
  EXPECT_EQ(results[1].at({0}), 5);
}

TEST(Elementwise, RefusesWhatDoesNotFit) {
  EXPECT_NE(refusal([] {
              add(placeholder({2, 3}), placeholder({4, 3}));
            }).find("cannot be combined"),
            std::string::npos);
  EXPECT_NE(refusal([] { clip(placeholder({2}), 1, 0); }).find("not below"), std::string::npos);
  EXPECT_NE(refusal([] { glu(placeholder({2, 3})); }).find("odd"), std::string::npos);
}

}  // namespace
}  // namespace cajal
