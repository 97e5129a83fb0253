// What is fused, and that a plan says so. That the bits stay is proved with all examples in memory_test.cpp.
#include "cajal/program/fused.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "cajal/ops/activation.h"
#include "cajal/ops/convolution.h"
#include "cajal/ops/elementwise.h"
#include "cajal/ops/normalization.h"
#include "cajal/ops/pooling.h"
#include "cajal/ops/reduction.h"
#include "cajal/ops/shape.h"
#include "cajal/program/internal/test_programs.h"
#include "cajal/program/tuning.h"

namespace cajal {
namespace {

using namespace program_test;

// What the steps of a plan compute, in order.
std::vector<std::string> steps_of(const Plan& plan) {
  std::vector<std::string> out;
  for (const Step& step : plan.steps)
    if (makes_value(plan, step)) out.push_back(description(plan.graph.nodes[size_t(step.node)]));
  return out;
}

std::vector<std::string> steps_of(const Vars& inputs, const Vars& outputs, const CompileOptions& options = {}) {
  return steps_of(*compile(Graph::of(inputs, outputs), Bindings(), options));
}

std::vector<std::string> steps_of_example(const std::string& name, const CompileOptions& options = {}) {
  for (const NamedExample& example : image_examples())
    if (example.name == name) return steps_of(*plan_of(example.make(), options));
  return {};
}

int64_t count(const std::vector<std::string>& steps, const std::string& wanted) {
  return std::count(steps.begin(), steps.end(), wanted);
}

bool mentions(const std::vector<std::string>& steps, const std::string& word) {
  return std::any_of(steps.begin(), steps.end(), [&](const auto& s) { return s.find(word) != std::string::npos; });
}

using Texts = std::vector<std::string>;
const Var image = placeholder({2, 6, 6, 4}), kernel = placeholder({3, 3, 4, 4}), row = placeholder({4});
Var convolved() { return conv(image, kernel, {1}, "same"); }

// ------------------------------------------------------------------------------------------------ convolution

TEST(FusedConv, TakesWhatStandsBehindIt) {
  const Vars inputs{image, kernel, row};
  const Var y = convolved();
  EXPECT_EQ(steps_of(inputs, {y}), Texts{"conv"});
  EXPECT_EQ(steps_of(inputs, {relu(y + row)}), Texts{"conv + bias + relu"});
  EXPECT_EQ(steps_of(inputs, {row + y}), Texts{"conv + bias"});
  EXPECT_EQ(steps_of(inputs, {relu6(y)}), Texts{"conv + relu6"});
  EXPECT_EQ(steps_of(inputs, {image + y}), Texts{"conv + residual"});
  EXPECT_EQ(steps_of(inputs, {relu((y + row) * row + row + image)}), Texts{"conv + bias + scale + residual + relu"});
}

TEST(FusedConv, LeavesAloneWhatOthersRead) {
  const Vars inputs{image, kernel, row};
  const Var y = convolved();
  EXPECT_EQ(steps_of(inputs, {relu(y), y}), (Texts{"conv", "relu"}));
  EXPECT_EQ(steps_of(inputs, {relu(y) + image}), (Texts{"conv + relu", "add"})) << "added behind relu";
  EXPECT_EQ(steps_of(inputs, {y + y}).size(), 2u);
  EXPECT_EQ(steps_of(inputs, {relu(relu6(y))}), (Texts{"conv + relu6", "relu"}));
  const Var of_pixels = placeholder({6, 1});
  EXPECT_EQ(steps_of({image, kernel, of_pixels}, {y + of_pixels}), (Texts{"conv", "add"}));
}

TEST(FusedConv, OfTwoConvolutionsThatAreAddedOneTakesTheOther) {
  EXPECT_EQ(steps_of({image, kernel, row}, {relu(convolved() + conv(image, kernel * 2, {1}, "same"))}),
            (Texts{"multiply", "conv", "conv + residual + relu"}));
}

TEST(FusedConv, ReluGradientsAndSumsOfGradientsRideAlong) {
  const Texts steps = steps_of_example("convolutions");
  EXPECT_EQ(count(steps, "conv + bias + relu"), 3);
  EXPECT_EQ(count(steps, "conv_input_gradient + relu gradient"), 3) << "of two of them the mask is the pooled image";
  EXPECT_FALSE(mentions(steps, "broadcast_to"));
  EXPECT_TRUE(mentions(steps_of_example("residual_blocks"), "conv_input_gradient + residual"));
  EXPECT_TRUE(mentions(steps_of_example("inverted_bottleneck"), "relu6 gradient"));
}

TEST(FusedConv, NormalizationAtInferenceIsAScaleAndAShift) {
  const Texts steps = steps_of_example("bottleneck_at_inference");
  EXPECT_EQ(count(steps, "conv + scale + relu6"), 2) << "one is depthwise";
  EXPECT_EQ(count(steps, "conv + bias + scale"), 1);
  EXPECT_EQ(count(steps, "conv + residual + relu"), 1);
}

// MobileNets put zeros after the image only, before each stride of 2.
TEST(FusedConv, TakesThePaddingBeforeIt) {
  const Var y = conv(pad(image, {0, 0, 1, 0}, {0, 1, 2, 0}), kernel, {2});
  EXPECT_EQ(steps_of({image, kernel}, {y}), Texts{"conv"});
  const Texts steps = steps_of({image, kernel}, gradient(sum(square(y)), {image, kernel}));
  EXPECT_EQ(count(steps, "pad") + count(steps, "slice"), 0);
  EXPECT_EQ(count(steps, "conv_input_gradient"), 1);
  const Var repeated = conv(pad(image, {0, 1, 1, 0}, {0, 1, 1, 0}, "edge"), kernel);
  EXPECT_EQ(count(steps_of({image, kernel}, {repeated}), "pad"), 1) << "what is no zeros stays";
}

// What rides along changes no choice of a kernel: or the bits would depend on what is fused.
TEST(FusedConv, ItsKernelIsThatOfTheConvolutionInIt) {
  auto kernels = [](const Var& y) { return kernels_of(*compile(Graph::of({image, kernel, row}, {y}), Bindings())); };
  EXPECT_FALSE(kernels(convolved()).empty());
  EXPECT_EQ(kernels(relu(convolved() + row)), kernels(convolved()));
}

TEST(FusedConv, KeepShowsEveryValue) {
  for (const char* name : {"convolutions", "pooled_blocks", "bottleneck_at_inference"})
    EXPECT_FALSE(mentions(steps_of_example(name, {.memory = Memory::keep}), " + ")) << name;
}

// ------------------------------------------------------------------------------------------------ chains

TEST(FusedElementwise, ANodeJoinsTheChainsThatItReads) {
  const Var a = placeholder({5, 7}), b = placeholder({5, 7});
  const Var product = a * b, positive = greater(b, 0);
  EXPECT_EQ(steps_of({a, b}, {where(positive, product, 0)}), Texts{"multiply + greater + where"});
  EXPECT_EQ(steps_of({a, b}, {exp(a) + exp(b), tanh(a)}).size(), 2u) << "tanh reads none of the others";
  // The second chain waits for a sum of the first: together they would wait for themselves.
  const Var first = exp(a), total = sum(first);
  EXPECT_EQ(steps_of({a, b}, {first + b * total}).size(), 3u);
}

TEST(FusedElementwise, OneValueForAllPixelsOfAChannel) {
  const Var x = placeholder({2, 3, 3, 4}), y = max(x, {1, 2});
  EXPECT_FALSE(mentions(steps_of({x}, {gradient(sum(y), x)}), "broadcast"));
  const auto plan = compile(Graph::of({x}, {x * reshape(y, {2, 1, 1, 4})}), Bindings());
  EXPECT_NE(plan->steps.back().name.find("blocks"), std::string::npos) << "and not by the reference kernel";
}

// ------------------------------------------------------------------------------------------------ pooling

TEST(PoolingGradient, ReluAndBiasComeBeforeIt) {
  const Var y = relu(convolved() + row), loss = sum(square(max_pool(y, {2, 2})));
  const Vars gradients = gradient(loss, Vars{row, kernel});
  const auto plan = compile(Graph::of({image, kernel, row}, gradients), Bindings());
  const Texts steps = steps_of(*plan);
  EXPECT_EQ(count(steps, "max_pool_gradient"), 1);
  // Nothing between the pooling's gradient and the kernel's reads or writes the whole image again.
  for (const Step& step : plan->steps) {
    const std::string what = description(plan->graph.nodes[size_t(step.node)]);
    if (what.starts_with("conv") || what.starts_with("max_pool")) continue;
    for (int operand : step.operands) EXPECT_NE(plan->values[size_t(operand)].spec.shape, (Shape{2, 6, 6, 4})) << what;
  }
}

TEST(PoolingGradient, OnlyThatOfThePoolingOfTheSameValue) {
  const Var y = relu(convolved()), other = relu6(convolved());
  // The mask is another value's than the pooling's.
  const Var dy = gradient(sum(square(max_pool(other, {2, 2}))), other);
  const Texts steps = steps_of({image, kernel}, {where(greater(y, 0), dy, 0)});
  EXPECT_TRUE(std::any_of(steps.begin(), steps.end(), [](const auto& s) { return s.find("where") != s.npos; }));
  EXPECT_EQ(steps.back().find("max_pool_gradient"), std::string::npos) << "relu's gradient still comes last";
}

// ------------------------------------------------------------------------------------------------ batch normalization

TEST(FusedBatchNorm, TakesReluResidualAndPooling) {
  const Texts blocks = steps_of_example("residual_blocks"), pooled = steps_of_example("pooled_blocks");
  EXPECT_EQ(count(blocks, "batch_norm_training + relu"), 3);
  EXPECT_EQ(count(blocks, "batch_norm_training + residual + relu"), 2);
  EXPECT_EQ(count(blocks, "batch_norm_training"), 1) << "that of the shortcut";
  EXPECT_EQ(count(pooled, "batch_norm_training + relu + max_pool"), 1);
  EXPECT_EQ(count(pooled, "batch_norm_training + relu + residual"), 1);
}

TEST(FusedBatchNorm, GradientsTakeTheMask) {
  const Texts blocks = steps_of_example("residual_blocks"), pooled = steps_of_example("pooled_blocks");
  EXPECT_EQ(count(blocks, "batch_norm_gradient + relu gradient"), 3);
  EXPECT_EQ(count(blocks, "batch_norm_gradient + relu gradient + residual gradient"), 2);
  EXPECT_EQ(count(pooled, "batch_norm_gradient + max_pool gradient"), 1);
  EXPECT_FALSE(mentions(pooled, "max_pool_gradient"));
  EXPECT_FALSE(mentions(blocks, "greater"));
}

TEST(FusedBatchNorm, NotOfOtherAxes) {
  const Graph graph = [&] {
    const Var gamma = placeholder({6}), beta = placeholder({6});
    return Graph::of({image, gamma, beta}, {relu(batch_norm_training(image, gamma, beta, 1e-3, {0, 2, 3})[0])});
  }();
  EXPECT_EQ(steps_of(*compile(graph, Bindings())), (Texts{"batch_norm_training", "relu"}));
}

// The side of a choice that is not taken costs nothing, nor does its gradient.
TEST(UntakenGradients, LeaveNothingBehind) {
  const Var gamma = placeholder({4}), beta = placeholder({4}), mean_value = placeholder({4}),
            variance = placeholder({4});
  const Var batch = batch_norm_training(image, gamma, beta, 1e-3, {0, 1, 2})[0];
  const Var still = batch_norm_inference(image, gamma, beta, mean_value, variance, 1e-3, {0, 1, 2});
  const Var chosen = where(training(), batch, still);
  auto steps = [&](const Var& y) {
    const Vars gradients = gradient(sum(y * y * y), Vars{image, gamma, beta});
    return steps_of({image, gamma, beta, mean_value, variance}, gradients, {.training = true});
  };
  EXPECT_EQ(steps(chosen), steps(batch));
}

}  // namespace
}  // namespace cajal
