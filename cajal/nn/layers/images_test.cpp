// What the golden values do not reach: masks, chance, weights from elsewhere, and how often channels are turned.
#include <gtest/gtest.h>

#include <cmath>

#include "cajal/nn/internal/golden_test.h"
#include "cajal/nn/layers.h"
#include "cajal/ops/activation.h"
#include "cajal/ops/elementwise.h"
#include "cajal/ops/reduction.h"
#include "cajal/ops/shape.h"
#include "cajal/program/fused.h"

namespace cajal {
namespace {

Tensor waves(const Shape& shape) {
  Tensor out(shape);
  for (int64_t i = 0; i < out.size(); ++i) out.set_flat(i, std::sin(double(i)));
  return out;
}

TEST(GlobalAveragePooling1D, TakesTheMeanOfTheStepsThatCount) {
  const Var x = placeholder({2, 3, 2}), mask = placeholder({2, 3}, DType::boolean);
  const Tensor counts = Tensor::of(std::vector<bool>{true, true, false, false, true, false}, {2, 3});
  const Tensor values = Tensor::of<float>({1, 2, 3, 4, 9, 9, 9, 9, 5, 6, 9, 9}, {2, 3, 2});
  const Var y = GlobalAveragePooling1D()(x.with_mask(mask));
  EXPECT_FALSE(y.mask().defined());
  EXPECT_TRUE(identical(Program({x, mask}, y)({values, counts})[0], Tensor::of<float>({2, 3, 5, 6}, {2, 2})));
  const Var turned = transpose(x, {0, 2, 1}).with_mask(mask);
  const Var first = GlobalAveragePooling1D({.data_format = "channels_first", .keepdims = true})(turned);
  EXPECT_TRUE(identical(Program({x, mask}, first)({values, counts})[0], Tensor::of<float>({2, 3, 5, 6}, {2, 2, 1})));
}

TEST(SpatialDropout2D, DropsWholeChannels) {
  for (const bool first : {false, true}) {
    const Var x = placeholder(first ? Shape{8, 16, 3, 5} : Shape{8, 3, 5, 16});
    Program::Options options;
    options.training = true;
    options.seed = 3;
    const DataFormat format = first ? "channels_first" : "channels_last";
    const Var y = SpatialDropout2D({.rate = 0.5, .data_format = format})(x);
    Tensor out = Program({x}, y, options)(Tensor::full(x.shape(), 1));
    if (first) out = out.transpose({0, 2, 3, 1});
    int dropped = 0;
    for (int64_t sample = 0; sample < 8; ++sample)
      for (int64_t channel = 0; channel < 16; ++channel) {
        const double kept = out.at({sample, 0, 0, channel});
        EXPECT_TRUE(kept == 0 || kept == 2);
        dropped += kept == 0;
        for (int64_t place = 1; place < 15; ++place) EXPECT_EQ(out.at({sample, place / 5, place % 5, channel}), kept);
      }
    EXPECT_NEAR(dropped, 64, 24);
  }
}

TEST(InstanceNormalization, IsGroupNormalizationWithAGroupForEachChannel) {
  const Var x = placeholder({2, 3, 4, 6});
  const Tensor image = waves({2, 3, 4, 6});
  const Tensor one = Program({x}, InstanceNormalization()(x))(image);
  const Tensor other = Program({x}, GroupNormalization(-1)(x))(image);
  EXPECT_TRUE(identical(one, other));
}

TEST(SpectralNormalization, MakesTheLargestSingularValueOne) {
  const Var x = placeholder({4, 3});
  Dense inside(5);
  SpectralNormalization layer(inside, 40);
  const Var y = layer(x);
  Program::Options options;
  options.training = true;
  Program({x}, y, options)(waves({4, 3}));
  // The longest of many images of unit vectors.
  const Tensor kernel = inside.weights()[0].value();
  double longest = 0;
  for (int step = 0; step < 20000; ++step) {
    const double a = step * 0.37, b = step * 0.0123;
    const double v[3] = {std::cos(a) * std::sin(b), std::sin(a) * std::sin(b), std::cos(b)};
    double square = 0;
    for (int64_t column = 0; column < 5; ++column) {
      double sum = 0;
      for (int64_t row = 0; row < 3; ++row) sum += v[row] * kernel.at({row, column});
      square += sum * sum;
    }
    longest = std::max(longest, std::sqrt(square));
  }
  EXPECT_NEAR(longest, 1, 1e-2);
  EXPECT_LE(longest, 1 + 1e-5);
}

TEST(Flatten, WeightsForChannelsFirstFitChannelsLast) {
  const Tensor image = waves({2, 3, 4, 5}), kernel = waves({60, 7});
  const Var first = placeholder({2, 3, 4, 5}), last = placeholder({2, 4, 5, 3});
  Dense theirs(7), ours(7);
  const Var wanted = theirs(Reshape({60})(first)), got = ours(Flatten()(last));
  theirs.set_weights({kernel, Tensor({7})});
  ours.set_weights({rows_with_channels_last(kernel, {3, 4, 5}), Tensor({7})});
  const Tensor turned = image.transpose({0, 2, 3, 1}).contiguous();
  golden::expect_near(Program({last}, got)(turned), Program({first}, wanted)(image), 1e-5, "output");
  EXPECT_THROW(rows_with_channels_last(kernel, {3, 4, 6}), Error);
}

// ------------------------------------------------------------------------------------------------ turning

int transpositions(const Graph& graph) {
  int out = 0;
  for (const GraphNode& node : graph.nodes) out += node.op->name == "transpose";
  return out;
}

// A network of all that stands between convolutions, with channels first.
Var network(const Var& x) {
  const DataFormat first = "channels_first";
  Var y = Conv2D({.filters = 4, .kernel_size = 3, .padding = "same", .data_format = first, .activation = "relu"})(x);
  y = BatchNormalization({.axis = 1})(y);
  Var z = SpatialDropout2D({.rate = 0.2, .data_format = first})(ReLU()(y));
  z = DepthwiseConv2D({.kernel_size = 3, .padding = "same", .data_format = first})(z);
  y = PReLU({.shared_axes = {2, 3}})(Add()({GroupNormalization({.groups = 2, .axis = 1})(z), y}));
  z = MaxPooling2D({.pool_size = 3, .strides = 1, .padding = "same", .data_format = first})(y);
  y = ZeroPadding2D({.padding = 1, .data_format = first})(Concatenate(1)({y, z}));
  return AveragePooling2D({.pool_size = 2, .data_format = first})(y);
}

// How often the channels are turned, and how far the values and the gradient go from those of the graph as recorded.
void expect_turned_once(const Var& x, const Var& y, bool training, int turned) {
  const Var loss = sum(square(y));
  Graph plain = Graph::of({x}, {loss, gradient(loss, x)});
  fold_training(plain, training);
  Graph fast = plain;
  rewrite(fast, training);
  turn_once(fast);
  EXPECT_GT(transpositions(plain), 10);
  EXPECT_EQ(transpositions(fast), turned) << text(fast);
  const std::vector<Tensor> input{waves({2, 3, 8, 8})};
  const std::vector<Tensor> got = evaluate(in_double(fast), input), wanted = evaluate(in_double(plain), input);
  for (size_t i : {0, 1}) golden::expect_near(got[i], wanted[i], 1e-10, "value");
}

TEST(ChannelsFirst, AreTurnedAtTheEndsOnly) {
  for (const bool training : {false, true}) {
    const Input x({3, 8, 8});
    const Var y = network(x);
    expect_turned_once(x, GlobalAveragePooling2D({.data_format = "channels_first"})(y), training, 2);
    expect_turned_once(x, Dense(2)(Flatten({.data_format = "channels_first"})(y)), training, 2);
    expect_turned_once(x, y, training, 4);  // images at the other end, on the way there and back
  }
}

TEST(ChannelsFirst, WhatIsNoGainIsLeftAsItIs) {
  const Var x = placeholder({2, 3, 4});
  Graph graph = Graph::of({x}, {relu(transpose(x, {0, 2, 1}))});
  const std::string before = text(graph);
  turn_once(graph);
  EXPECT_EQ(text(graph), before);
}

}  // namespace
}  // namespace cajal
