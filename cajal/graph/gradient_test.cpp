// backward(): what is differentiated, through what, and where it stops.
#include <gtest/gtest.h>

#include <cmath>

#include "cajal/graph/internal/test_support.h"

namespace cajal {
namespace {

using namespace graph_test;
using Numbers = std::vector<double>;

TEST(Gradient, OfAGradientOfAGradient) {
  const Var x = scalar_input();
  Vars derivatives{sine(product(x, x))};
  for (int order = 0; order < 3; ++order) derivatives.push_back(gradient(derivatives.back(), x));
  const double at = 0.7, s = std::sin(at * at), c = std::cos(at * at);
  const Numbers wanted = {s, 2 * at * c, 2 * c - 4 * at * at * s, -12 * at * s - 8 * at * at * at * c};
  const Numbers got = run(Graph::of({x}, derivatives), {at});
  for (size_t i = 0; i < wanted.size(); ++i) EXPECT_NEAR(got[i], wanted[i], 1e-13) << "order " << i;
}

TEST(Gradient, StopsAtStopGradient) {
  const Var x = scalar_input();
  const Var y = add(product(x, stop_gradient(x)), stop_gradient(product(x, x)));
  EXPECT_EQ(run(Graph::of({x}, {y, gradient(y, x)}), {3}), (Numbers{18, 3}));
}

TEST(Gradient, PassesIdentityAndAfter) {
  const Var x = scalar_input();
  const Variable v(number(0));
  const Var y = after(product(identity(x), x), {v.assign(product(x, x))});
  EXPECT_EQ(run(Graph::of({x}, {gradient(y, x)}), {3})[0], 6);
}

TEST(Gradient, SumsOverAllReadsOfAVariable) {
  const Variable v(number(5)), other(number(2));
  const Var first = v, second = v;
  const Var y = add(product(first, second), product(v, other));
  const Vars slopes = gradient(y, std::vector<Variable>{v, other});
  EXPECT_EQ(run(Graph::of({}, slopes)), (Numbers{12, 5}));
}

TEST(Gradient, OfWhatIsNotReachedIsZeros) {
  const Var x = scalar_input(), unused = placeholder({2, 3});
  const Variable v(Tensor(Shape{4}));
  const Var y = product(x, x);
  EXPECT_EQ(gradient(y, unused).shape(), unused.shape());
  EXPECT_EQ(gradient(y, unused).dtype(), DType::float32);
  const auto results = evaluate(Graph::of({x, unused}, {gradient(y, unused), gradient(y, std::vector<Variable>{v})[0]}),
                                {number(1), Tensor::full({2, 3}, 9)});
  EXPECT_TRUE(identical(results[0], Tensor({2, 3})));
  EXPECT_TRUE(identical(results[1], Tensor(Shape{4})));
}

TEST(Gradient, WithRespectToAValueInBetween) {
  const Var x = scalar_input(), between = product(x, x), y = product(between, between);
  EXPECT_EQ(run(Graph::of({x}, gradient(y, Vars{between, x, y})), {2}), (Numbers{8, 32, 1}));
}

TEST(Gradient, WeightedBySeeds) {
  const Var x = scalar_input();
  const Vars both = plus_minus(product(x, x), x);  // x^2 + x, x^2 - x
  const Vars slope = gradient(both, {constant(number(10)), constant(number(1))}, {x});
  EXPECT_EQ(run(Graph::of({x}, slope), {3}), Numbers{10 * 7 + 5});
}

TEST(Gradient, KnowsWhichOutputsWereUsed) {
  const Var x = scalar_input();
  const Vars both = plus_minus(product(x, x), x);
  EXPECT_EQ(run(Graph::of({x}, {gradient(both[0], x), gradient(both[1], x)}), {3}), (Numbers{7, 5}));
}

TEST(Gradient, SumsOverWhatWasBroadcast) {
  const Var x = placeholder({2, 3}, DType::float64), b = placeholder({3}, DType::float64);
  const auto results = evaluate(Graph::of({x, b}, {gradient(add(x, b), b)}),
                                {Tensor({2, 3}, DType::float64), Tensor(Shape{3}, DType::float64)});
  EXPECT_EQ(results[0].shape(), Shape{3});
  EXPECT_EQ(results[0].values<double>(), (Numbers{2, 2, 2}));
}

TEST(Gradient, ComesBackInTheTypeOfItsValue) {
  const Var x = placeholder({});
  const Var y = product(cast(x, DType::float64), constant(number(3)));
  EXPECT_EQ(gradient(y, x).dtype(), DType::float32);
}

TEST(Gradient, OfANumberThatIsNoFloatIsRefused) {
  const Var x = placeholder({}, DType::int32);
  EXPECT_EQ(message_of([&] { gradient(product(x, x), x); }), "the gradient of a value of type int32 was asked for");
  const Var y = scalar_input();
  EXPECT_EQ(message_of([&] { gradient({y}, {constant(Tensor(Shape{2}, DType::float64))}, {y}); }),
            "the gradient of a value of shape [] was weighted by one of shape [2]");
}

TEST(Gradient, StandsInTheScopeOfWhatItDifferentiates) {
  const Var x = scalar_input();
  Var y;
  {
    const Scope scope("layer");
    y = sine(x);
  }
  const Scope elsewhere("optimizer");
  EXPECT_EQ(*gradient(y, x).node()->scope, "layer");
}

}  // namespace
}  // namespace cajal
