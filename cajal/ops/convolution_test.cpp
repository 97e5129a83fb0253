// What convolutions are to one another; their numbers are proved by tests/every_op and tests/golden.
#include "cajal/ops/convolution.h"

#include <gtest/gtest.h>

#include "cajal/base/random.h"
#include "cajal/graph/graph.h"
#include "cajal/ops/elementwise.h"
#include "cajal/ops/reduction.h"
#include "cajal/ops/shape.h"

namespace cajal {
namespace {

Tensor numbers(const Shape& shape, uint64_t seed) {
  random::Stream stream(seed);
  Tensor out(shape, DType::float64);
  for (int64_t i = 0; i < out.size(); ++i) out.set_flat(i, stream.uniform(-1, 1));
  return out;
}

Tensor value(const Var& x) { return evaluate(Graph::of({}, {x}), {})[0]; }

void expect_equal(const Var& a, const Var& b) {
  ASSERT_EQ(a.shape().text(), b.shape().text());
  EXPECT_LT(value(max(abs(a - b))).item(), 1e-13);
}

TEST(Convolution, OfGroupsIsThatOfTheirChannels) {
  const Var x = numbers({2, 5, 6, 4}, 1), kernel = numbers({3, 2, 2, 6}, 2);
  Vars parts;
  for (int group = 0; group < 2; ++group)
    parts.push_back(conv(slice_axis(x, -1, 2 * group, 2 * group + 2), slice_axis(kernel, -1, 3 * group, 3 * group + 3),
                         {2}, "same"));
  expect_equal(conv(x, kernel, {2}, "same", {1}, 2), concatenate(parts));
}

TEST(Convolution, DepthwiseHasAKernelForEachChannel) {
  const Var x = numbers({2, 5, 6, 3}, 1), kernel = numbers({3, 3, 3, 2}, 2);
  Vars parts;
  for (int c = 0; c < 3; ++c)
    parts.push_back(conv(slice_axis(x, -1, c, c + 1), slice_axis(kernel, 2, c, c + 1), {1}, "same"));
  expect_equal(depthwise_conv(x, kernel, {1}, "same"), concatenate(parts));
}

TEST(Convolution, TransposedIsTheOtherWayRound) {
  const Var x = numbers({2, 9, 7, 2}, 1), kernel = numbers({3, 4, 2, 3}, 2);
  const Var y = conv(x, kernel, {3, 1}, "same");
  const Var dy = numbers(y.shape(), 3), back = conv_transpose(dy, kernel, {3, 1}, "same");
  expect_equal(sum(y * dy), sum(x * back));
}

TEST(Convolution, CausalSeesNothingLater) {
  Tensor x = numbers({1, 8, 2}, 1), changed = x.copy();
  for (int64_t i = 10; i < 16; ++i) changed.set_flat(i, 7);  // from time 5 on
  const Var kernel = numbers({3, 2, 2}, 2);
  const Var before = conv(x, kernel, {1}, "causal", {2}), after = conv(changed, kernel, {1}, "causal", {2});
  EXPECT_EQ(before.shape().text(), "[1, 8, 2]");
  EXPECT_TRUE(identical(value(slice_axis(before, 1, 0, 5)), value(slice_axis(after, 1, 0, 5))));
  EXPECT_FALSE(identical(value(before), value(after)));
}

TEST(Convolution, BatchMayBeUnknown) {
  const Var x = placeholder({Dim::symbol("batch"), 8, 8, 3});
  const Var kernel = placeholder({3, 3, 3, 5}), back = placeholder({3, 3, 2, 5});
  const Var y = conv(x, kernel, {2}, "same");
  EXPECT_EQ(y.shape().text(), "[batch, 4, 4, 5]");
  EXPECT_EQ(conv_transpose(y, back, {2}, "same").shape().text(), "[batch, 8, 8, 2]");
  const Vars gradients = gradient(sum(y), {x, kernel});
  EXPECT_EQ(gradients[0].shape().text(), x.shape().text());
  EXPECT_EQ(gradients[1].shape().text(), kernel.shape().text());
}

TEST(Convolution, MakesOneTypeOfTwo) {
  const Var x = placeholder({1, 4, 4, 1}, DType::uint8), kernel = placeholder({2, 2, 1, 1});
  EXPECT_EQ(conv(x, kernel).dtype(), DType::float32);
  EXPECT_EQ(conv(cast(x, DType::bfloat16), cast(kernel, DType::bfloat16)).dtype(), DType::bfloat16);
}

}  // namespace
}  // namespace cajal
