#include "cajal/ops/optimizer.h"

#include <gtest/gtest.h>

#include <cmath>

#include "cajal/graph/graph.h"

namespace cajal {
namespace {

Var scalar(double value) { return constant(Tensor::full({}, value)); }
std::vector<double> numbers(const Vars& results) {
  std::vector<double> out;
  for (const Tensor& tensor : evaluate(in_double(Graph::of({}, results)), {})) out.push_back(tensor.item());
  return out;
}

// By hand, from Keras's formulas; against Keras itself the optimizers are tested in tests/golden.
TEST(OptimizerUpdate, AdamByHand) {
  const auto got = numbers(adam_update({scalar(1)}, {scalar(0.5)}, {scalar(0), scalar(0)}, scalar(0.25), 0, {}));
  EXPECT_NEAR(got[0], 1 - 0.25 * std::sqrt(0.001) / 0.1 * 0.05 / (std::sqrt(0.00025) + 1e-7), 1e-9);
  EXPECT_NEAR(got[1], 0.05, 1e-9);
  EXPECT_NEAR(got[2], 0.00025, 1e-9);
}

TEST(OptimizerUpdate, MomentumAndDecayByHand) {
  const SgdUpdate options{.momentum = 0.5, .nesterov = true, .weight_decay = 0.5};
  const auto got = numbers(sgd_update({scalar(2)}, {scalar(1)}, {scalar(0.5)}, scalar(0.25), options));
  EXPECT_NEAR(got[1], 0.5 * 0.5 - 0.25, 1e-12);
  EXPECT_NEAR(got[0], 2 - 2 * 0.5 * 0.25 + 0.5 * got[1] - 0.25, 1e-12);
}

TEST(OptimizerUpdate, TakesManyParametersInPlace) {
  const Var a = placeholder({2, 3}), b = placeholder({4}), rate = placeholder({});
  const Vars out = rmsprop_update({a, b}, {a, b}, {a, b}, rate);
  ASSERT_EQ(out.size(), 4u);
  EXPECT_EQ(out[1].shape().text(), "[4]");
  EXPECT_EQ(out[2].shape().text(), "[2, 3]");
  const auto pairs = out[0].node()->op->in_place_for(out[0].node()->attributes, 7);
  EXPECT_EQ(pairs, (std::vector<std::pair<int, int>>{{0, 0}, {1, 1}, {4, 2}, {5, 3}}));
}

TEST(OptimizerUpdate, RefusesWhatDoesNotFit) {
  const Var a = placeholder({2, 3}), b = placeholder({4}), rate = placeholder({});
  EXPECT_THROW(sgd_update({a}, {b}, {}, rate), Error);
  EXPECT_THROW(adagrad_update({a}, {a}, {}, rate), Error);
  EXPECT_THROW(sgd_update({a}, {a}, {}, a), Error);
}

}  // namespace
}  // namespace cajal
