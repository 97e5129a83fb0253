#include "cajal/nn/constraints.h"
#include "cajal/nn/internal/golden_test.h"
#include "cajal/nn/optimizers.h"
#include "cajal/ops/elementwise.h"
#include "cajal/ops/reduction.h"

namespace cajal {
namespace {

Variable weight(const std::vector<float>& values, const std::string& name) {
  return Variable(Tensor::of(values), {name, true});
}

// A step that moves every weight along a gradient of ones.
Program step_of(Optimizer& optimizer, const std::vector<Variable>& weights) {
  return Program({}, [&](const Vars&) -> Vars {
    Var loss = 0.0;
    for (const Variable& each : weights) loss = loss + sum(Var(each));
    optimizer.minimize(loss, weights);
    return {loss};
  });
}

TEST(Optimizer, LaysWeightsAndSlotsSideBySide) {
  std::vector<Variable> weights = {weight({1, 2, 3}, "a"), weight({4}, "b"), weight({5, 6}, "c")};
  Adam adam;
  adam.build(weights);
  const std::byte* first = weights[0].value().raw();
  EXPECT_EQ(reinterpret_cast<uintptr_t>(first) % 64, 0u);
  EXPECT_EQ(weights[1].value().raw() - first, 64);
  EXPECT_EQ(weights[2].value().raw() - first, 128);
  EXPECT_EQ(weights[2].value().flat(1), 6);
  const std::vector<Variable> all = adam.variables();  // iteration, rate, then momentum and velocity of each
  EXPECT_EQ(all[4].value().raw() - all[2].value().raw(), 64);
  EXPECT_EQ(all[5].value().raw() - all[3].value().raw(), 64);
}

TEST(Optimizer, CopiesShareTheirState) {
  std::vector<Variable> weights = {weight({1, 2}, "a")};
  SGD sgd({.learning_rate = 0.5});
  const AnyOptimizer any = sgd;
  Program step = step_of(*any, weights);
  step(std::vector<Tensor>{});
  EXPECT_EQ(sgd.iterations(), 1);
  EXPECT_EQ(weights[0].value().flat(0), 0.5);
  sgd.set_learning_rate(0.25);  // without compiling anew
  step(std::vector<Tensor>{});
  EXPECT_EQ(weights[0].value().flat(0), 0.25);
  EXPECT_EQ(any->learning_rate(), 0.25);
  EXPECT_EQ(any->config()["config"]["learning_rate"], Config(0.25));
}

TEST(Optimizer, FollowsASchedule) {
  std::vector<Variable> weights = {weight({1}, "a")};
  SGD sgd(ExponentialDecay(1, 1, 0.5));
  Program step = step_of(sgd, weights);
  for (double wanted : {0.0, -0.5, -0.75}) {
    step(std::vector<Tensor>{});
    EXPECT_EQ(weights[0].value().flat(0), wanted);
  }
  EXPECT_EQ(sgd.learning_rate(), 0.125);
  EXPECT_THROW(sgd.set_learning_rate(1), Error);
  sgd.set_iterations(0);
  EXPECT_EQ(sgd.learning_rate(), 1);
}

TEST(Optimizer, HasARateForEachGroup) {
  std::vector<Variable> weights = {weight({1}, "a"), weight({1}, "b")};
  SGD sgd(0.5);
  sgd.set_learning_rate_multiplier({weights[1]}, 0.5);
  step_of(sgd, weights)(std::vector<Tensor>{});
  EXPECT_EQ(weights[0].value().flat(0), 0.5);
  EXPECT_EQ(weights[1].value().flat(0), 0.75);
}

TEST(Optimizer, SparesWeightsFromDecay) {
  std::vector<Variable> weights = {weight({1}, "a"), weight({1}, "b")};
  SGD sgd({.learning_rate = 0.5, .weight_decay = 0.5});
  sgd.exclude_from_weight_decay({weights[1]});
  step_of(sgd, weights)(std::vector<Tensor>{});
  EXPECT_EQ(weights[0].value().flat(0), 0.25);
  EXPECT_EQ(weights[1].value().flat(0), 0.5);
}

TEST(Optimizer, EnforcesConstraintsAfterTheStep) {
  std::vector<Variable> weights = {weight({0.25, 2}, "a")};
  SGD sgd(1.0);
  sgd.set_constraint(weights[0], std::make_shared<NonNeg>());
  step_of(sgd, weights)(std::vector<Tensor>{});
  EXPECT_EQ(weights[0].value().flat(0), 0);
  EXPECT_EQ(weights[0].value().flat(1), 1);
}

TEST(Optimizer, WritesTheAveragesAtTheEnd) {
  std::vector<Variable> weights = {weight({1}, "a")};
  SGD sgd({.learning_rate = 1, .use_ema = true, .ema_momentum = 0.5});
  Program step = step_of(sgd, weights);
  step(std::vector<Tensor>{});
  step(std::vector<Tensor>{});
  EXPECT_EQ(sgd.averages()[0].value().flat(0), -0.5);
  sgd.finalize_variable_values();
  EXPECT_EQ(weights[0].value().flat(0), -0.5);
}

TEST(Optimizer, ScalesTheLossAndItsGradientsBack) {
  std::vector<Variable> weights = {weight({1}, "a")};
  SGD sgd({.learning_rate = 0.5, .loss_scale_factor = 1024});
  step_of(sgd, weights)(std::vector<Tensor>{});
  EXPECT_EQ(weights[0].value().flat(0), 0.5);
}

TEST(Optimizer, LeavesWeightsWithoutAGradientAlone) {
  std::vector<Variable> weights = {weight({1}, "a"), weight({1}, "b")};
  Adam adam(0.5);
  Program({}, [&](const Vars&) -> Vars {
    return adam.apply({constant(Tensor::of({1.f})), Var()}, weights);
  })(std::vector<Tensor>{});
  EXPECT_NEAR(weights[0].value().flat(0), 0.5, 1e-5);
  EXPECT_EQ(weights[1].value().flat(0), 1);
}

TEST(Optimizer, ComesBackFromItsConfig) {
  const AnyOptimizer adam = Adam({.learning_rate = CosineDecay(0.1, 10), .amsgrad = true, .clipnorm = 0.5});
  const AnyOptimizer back = Optimizer::from_config(Config::parse(adam->config().json()));
  EXPECT_EQ(back->config(), adam->config());
  EXPECT_EQ(AnyOptimizer("adam")->config()["config"]["learning_rate"], Config(0.001));
}

TEST(Optimizer, ComesBackWithoutWhatWasTakenAway) {
  const AnyOptimizer adamw = AdamW({.weight_decay = std::nullopt});
  EXPECT_FALSE(adamw->config()["config"].has("weight_decay"));
  EXPECT_EQ(Optimizer::from_config(Config::parse(adamw->config().json()))->config(), adamw->config());
  const AnyOptimizer usual = Optimizer::from_config(Config::parse(R"({"class_name": "AdamW", "config": {}})"));
  EXPECT_EQ(usual->config()["config"]["weight_decay"], Config(0.004));
}

TEST(Optimizer, MuonTakesOneStepInAllDirections) {
  // Singular values 0.01 and 3 of the gradient; both come near 1 of the step, which is 0.5 long each.
  Variable matrix(Tensor::of({1.f, 1.f, 1.f, 1.f, 1.f, 1.f}, {2, 3}), {"dense/kernel", true});
  Muon muon({.learning_rate = 0.5, .weight_decay = std::nullopt, .ns_steps = 15, .rms_rate = std::nullopt});
  Program({}, [&](const Vars&) -> Vars {
    return muon.apply({constant(Tensor::of({0.f, 0.01f, 0.f, -3.f, 0.f, 0.f}, {2, 3}))}, {matrix});
  })(std::vector<Tensor>{});
  const Tensor now = matrix.value();
  EXPECT_NEAR(now.at({0, 1}), 0.5, 0.17);
  EXPECT_NEAR(now.at({1, 0}), 1.5, 0.17);
  for (int64_t i : {0, 2, 4, 5}) EXPECT_EQ(now.flat(i), 1) << i;
}

TEST(Optimizer, MuonKeepsAVelocityForWhatFollowsAdam) {
  const auto count = [](Muon::Options options) {
    Muon muon(std::move(options));
    muon.build({Variable(Tensor({2, 3}), {"hidden/kernel", true}), Variable(Tensor({3, 2}), {"output/kernel", true}),
                Variable(Tensor({3, 2}), {"words/Embeddings", true}),
                Variable(Tensor({3, 2, 1}), {"conv/kernel", true}), Variable(Tensor({3}), {"hidden/bias", true})});
    size_t velocities = 0;
    for (const Variable& variable : muon.variables()) velocities += variable.name().ends_with("_velocity");
    return velocities;
  };
  EXPECT_EQ(count({}), 3u);
  EXPECT_EQ(count({.exclude_embeddings = false}), 2u);
  EXPECT_EQ(count({.exclude_layers = {"output"}}), 4u);
  EXPECT_EQ(count({.exclude_layers = {"put/kern", "^hid"}}), 5u);
  EXPECT_EQ(count({.exclude_layers = {"^kernel"}}), 3u);
}

TEST(Optimizer, MuonSparesWeightsFromDecay) {
  const Variable spared(Tensor::full({2, 2}, 1), {"a", true}), decayed(Tensor::full({2, 2}, 1), {"b", true});
  Muon muon({.learning_rate = 0.5, .weight_decay = 0.5});
  muon.exclude_from_weight_decay({spared});
  Program({}, [&](const Vars&) -> Vars {
    const Var none = constant(Tensor({2, 2}));
    return muon.apply({none, none}, {spared, decayed});
  })(std::vector<Tensor>{});
  EXPECT_EQ(spared.value().flat(0), 1);
  EXPECT_EQ(decayed.value().flat(0), 0.75);
}

TEST(Optimizer, TellsWhatIsWrong) {
  EXPECT_THROW(AnyOptimizer("adm"), Error);
  EXPECT_THROW(Adam({.clipnorm = 1, .clipvalue = 1}), Error);
  EXPECT_THROW(SGD({.gradient_accumulation_steps = 1}), Error);
  EXPECT_THROW(Muon({.exclude_layers = {"dense("}}), Error);
  EXPECT_THROW(Muon({.exclude_layers = {std::string(300, '(')}}), Error);
  EXPECT_THROW(Muon({.ns_steps = -1}), Error);
  const Variable a = weight({1}, "a"), b = weight({1}, "b");
  SGD sgd;
  sgd.build({a});
  EXPECT_THROW(sgd.build({b}), Error);
  EXPECT_THROW(sgd.apply({}, {a}), Error);
  EXPECT_THROW(SGD().build({a, a}), Error);
  EXPECT_THROW(SGD().build({Variable(Tensor({2}, DType::int32))}), Error);
}

}  // namespace
}  // namespace cajal
