// Shapes that are known only when the program runs, and models recorded again for others.
#include "cajal/ops/shape.h"

#include <gtest/gtest.h>

#include "cajal/graph/graph.h"
#include "cajal/ops/creation.h"
#include "cajal/ops/elementwise.h"
#include "cajal/ops/linear_algebra.h"
#include "cajal/ops/random.h"
#include "cajal/ops/reduction.h"

namespace cajal {
namespace {

const Dim batch = Dim::symbol("batch"), length = Dim::symbol("time");

TEST(SymbolicShape, PassesThrough) {
  const Var x = placeholder({batch, length, 6});
  EXPECT_EQ(reshape(x, {batch, length, 2, 3}).shape(), (Shape{batch, length, 2, 3}));
  EXPECT_EQ(reshape(x, {-1, 6}).shape(), (Shape{batch * length, 6}));
  EXPECT_EQ(reshape(reshape(x, {-1, 6}), {batch, length, 6}).shape(), x.shape());
  EXPECT_EQ(flatten_from(x, 1).shape(), (Shape{batch, length * Dim(6)}));
  EXPECT_EQ(concatenate({x, x}, 0).shape(), (Shape{batch * Dim(2), length, 6}));
  EXPECT_EQ(split(concatenate({x, x, x}, 0), 3)[1].shape(), x.shape());
  EXPECT_EQ(tile(x, {2, 1, 1}).shape(), (Shape{batch * Dim(2), length, 6}));
  EXPECT_EQ(flip(x, {1}).shape(), x.shape());
  EXPECT_EQ(slice_axis(x, 2, 1, 3).shape(), (Shape{batch, length, 2}));
  EXPECT_EQ(pad(x, {0, 0, 1}, {0, 0, 2}).shape(), (Shape{batch, length, 9}));
  EXPECT_EQ(index_along(x, 1).shape(), Shape{length});
  EXPECT_THROW(slice_axis(x, 1, 0, 3), Error);
  EXPECT_THROW(concatenate({x, placeholder({1, length, 6})}, 0), Error);
}

TEST(SymbolicShape, IsReplacedWhenRecordedAgain) {
  const Var x = placeholder({batch, 4});
  const Var noise = dropout_mask(x, 0.5);
  Var y = reshape(x, {batch, 2, 2}) + zeros_like(reshape(x, {batch, 2, 2}));
  y = reshape(broadcast_to(expand_dims(y, 0), {3, batch, 2, 2}), {3, batch, 4}) * noise;
  y = concatenate({y, tile(y, {1, 1, 2})}, 2);
  const Var doubled = placeholder({batch * Dim(2), 4}), five = placeholder({5, 4});
  EXPECT_EQ(replay({y}, {x}, {doubled})[0].shape(), (Shape{3, batch * Dim(2), 12}));
  EXPECT_EQ(replay({y}, {x}, {five})[0].shape(), (Shape{3, 5, 12}));
}

TEST(SymbolicShape, CutsABatchMadeOfTwo) {
  const Var real = placeholder({batch, 1}), fake = placeholder({batch, 1});
  const Var both = concatenate({real, fake}, 0);
  const Vars gradients = gradient(sum(both * both), {real, fake});
  const auto got = evaluate(Graph::of({real, fake}, gradients), {ones({2, 1}), full({2, 1}, 3)});
  EXPECT_EQ(got[1].values<double>(), (std::vector<double>{6, 6}));
}

TEST(ShapeOnlyInputs, AreLeftOutOfGraphs) {
  const Var x = placeholder({3});
  const Graph graph = Graph::of({x}, {dropout_mask(exp(x), 0.5)});
  EXPECT_TRUE(graph.nodes.back().inputs.empty());
}

TEST(Triangle, OfAnUnknownSize) {
  const Var x = placeholder({length, length});
  const auto got = evaluate(Graph::of({x}, {tril(x)}), {ones({3, 3})});
  EXPECT_EQ(got[0].values<double>(), (std::vector<double>{1, 0, 0, 1, 1, 0, 1, 1, 1}));
}

TEST(RandomOps, SharedBatchesDrawWhatOneMachineWould) {
  const Var x = placeholder({batch, 5});
  for (const Var& noise : {random_normal_like(x), random_uniform_like(x), dropout_mask(x, 0.3)}) {
    const Graph graph = Graph::of({x}, {noise});
    cajal::Run one, second;
    second.sample_offset = 3;
    const Tensor whole = evaluate(graph, {ones({6, 5})}, &one)[0], half = evaluate(graph, {ones({3, 5})}, &second)[0];
    EXPECT_TRUE(identical(whole.slice(0, {3}).copy(), half));
  }
}

}  // namespace
}  // namespace cajal
