// Ops on Tensors: values that NumPy gives for the same calls.
#include "cajal/eager/eager.h"

#include <gtest/gtest.h>

#include <numeric>

#include "cajal/base/error.h"
#include "cajal/eager/creation.h"
#include "cajal/eager/operators.h"
#include "cajal/eager/ops.h"
#include "cajal/eager/values.h"

namespace cajal {
namespace {

using Doubles = std::vector<double>;
using Ints = std::vector<int64_t>;

// Shape and values at once.
void expect(const Tensor& got, const Shape& shape, const Doubles& values) {
  EXPECT_EQ(got.shape(), shape) << got.shape().text() << " instead of " << shape.text();
  const Doubles all = got.values<double>();
  ASSERT_EQ(all.size(), values.size());
  for (size_t i = 0; i < all.size(); ++i) EXPECT_NEAR(all[i], values[i], 1e-6) << "element " << i;
}

// 0, 1, 2, ... in a shape.
Tensor counted(const Shape& shape) { return reshape(arange(double(shape.size().value())), shape); }

TEST(Eager, PlainNumbersTakeTheTypeOfTheTensor) {
  const Tensor halves = Tensor::full({3}, 1.5, DType::float16), bytes = Tensor::of<uint8_t>({1, 2, 3});
  EXPECT_EQ((halves * 2.0).dtype(), DType::float16);
  EXPECT_EQ((2 - halves).dtype(), DType::float16);
  EXPECT_EQ((bytes * 2).dtype(), DType::uint8);
  EXPECT_EQ((bytes * 0.5).dtype(), DType::float32);
  expect(2 - bytes.cast(DType::int32), {3}, {1, 0, -1});
  expect(add(1, halves), {3}, {2.5, 2.5, 2.5});
  expect(where(bytes > 1, bytes, 0), {3}, {0, 2, 3});
}

TEST(Eager, OperatorsCompareElements) {
  const Tensor x = Tensor::of<float>({1, 2, 3}), y = Tensor::of<float>({3, 2, 1});
  expect(x == y, {3}, {0, 1, 0});
  expect(x != 2, {3}, {1, 0, 1});
  expect(x < y && x > 0.5, {3}, {1, 0, 0});
  expect(-x % 2, {3}, {1, 0, 1});
  Tensor z = x;
  z += 1;
  expect(z, {3}, {2, 3, 4});
  expect(x, {3}, {1, 2, 3});
}

TEST(Eager, TheSecondCallFindsItsPlan) {
  const Tensor x = Tensor::of<float>({1, 4, 9}), other = Tensor::of<float>({16, 25, 36});
  sqrt(x);
  const size_t plans = eager::plan_count();
  expect(sqrt(other), {3}, {4, 5, 6});
  EXPECT_EQ(eager::plan_count(), plans);
  for (int i = 0; i < 300; ++i) add(x, i);
  EXPECT_LE(eager::plan_count(), 256u);
  expect(sqrt(other), {3}, {4, 5, 6});
}

TEST(Eager, ViewsAreReadByTheirStrides) {
  const Tensor x = counted({2, 3});
  expect(x.transpose() + 0, {3, 2}, {0, 3, 1, 4, 2, 5});
}

TEST(Eager, ErrorsNameTheOp) {
  try {
    matmul(counted({2, 3}), counted({2, 3}));
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("matmul"), std::string::npos) << error.what();
  }
  EXPECT_THROW(take(counted({3}), Tensor::of<int32_t>({0, 3}), 0), Error);
}

TEST(Shape, ReshapesAndMoves) {
  const Tensor x = counted({2, 3, 2});
  expect(reshape(x, {-1, 4}), {3, 4}, x.values<double>());
  EXPECT_EQ(flatten_from(x, 1).shape(), (Shape{2, 6}));
  EXPECT_EQ(squeeze(expand_dims(x, -1)).shape(), (Shape{2, 3, 2}));
  EXPECT_EQ(moveaxis(x, 0, -1).shape(), (Shape{3, 2, 2}));
  expect(swapaxes(counted({2, 3}), 0, 1), {3, 2}, {0, 3, 1, 4, 2, 5});
  expect(broadcast_to(counted({2, 1}), {2, 2}), {2, 2}, {0, 0, 1, 1});
  EXPECT_THROW(reshape(x, {5, -1}), Error);
  EXPECT_THROW(reshape(x, {-1, -1}), Error);
}

TEST(Shape, SlicesAsNumPy) {
  const Tensor x = counted({3, 4});
  expect(slice(x, {1}, {to_end}), {2, 4}, {4, 5, 6, 7, 8, 9, 10, 11});
  expect(slice(x, {from_first, -1}, {to_end, to_end}, {2, -2}), {2, 2}, {3, 1, 11, 9});
  expect(slice_axis(x, 1, -2), {3, 2}, {2, 3, 6, 7, 10, 11});
  expect(flip(x, {1}), {3, 4}, {3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8});
  expect(roll(arange(5), 2, 0), {5}, {3, 4, 0, 1, 2});
  expect(roll(arange(5), -7, 0), {5}, {2, 3, 4, 0, 1});
}

TEST(Shape, JoinsAndCuts) {
  const Tensor x = counted({2, 2});
  expect(concatenate({x, x + 10}, 1), {2, 4}, {0, 1, 10, 11, 2, 3, 12, 13});
  expect(stack({x, x + 10}, -1), {2, 2, 2}, {0, 10, 1, 11, 2, 12, 3, 13});
  EXPECT_EQ(concatenate({x, x * 0.5}).dtype(), DType::float32);
  const std::vector<Tensor> parts = split(arange(7), {2, -1});
  ASSERT_EQ(parts.size(), 3u);
  expect(parts[1], {4}, {2, 3, 4, 5});
  EXPECT_THROW(split(arange(7), 2), Error);
  EXPECT_EQ(unstack(x, 1).size(), 2u);
  expect(tile(x, {2, 1, 2}), {2, 2, 4}, {0, 1, 0, 1, 2, 3, 2, 3, 0, 1, 0, 1, 2, 3, 2, 3});
  expect(repeat(x, 2, 1), {2, 4}, {0, 0, 1, 1, 2, 2, 3, 3});
}

TEST(Shape, Pads) {
  const Tensor x = Tensor::of<int32_t>({1, 2, 3});
  expect(pad(x, {2}, {1}, "constant", 7), {6}, {7, 7, 1, 2, 3, 7});
  expect(pad(x, {5}, {3}, "reflect"), {11}, {2, 1, 2, 3, 2, 1, 2, 3, 2, 1, 2});
  expect(pad(x, {4}, {4}, "symmetric"), {11}, {3, 3, 2, 1, 1, 2, 3, 3, 2, 1, 1});
  expect(pad(x, {2}, {2}, "edge"), {7}, {1, 1, 1, 2, 3, 3, 3});
  EXPECT_THROW(pad(x, {1}, {1}, "reflekt"), Error);
}

TEST(Shape, WritesOverAPart) {
  const Tensor x = counted({4, 2});
  expect(dynamic_slice(x, 1, 0, 2), {2, 2}, {2, 3, 4, 5});
  expect(dynamic_update_slice(x, Tensor::of<int32_t>({-1, -2}, {1, 2}), 3, 0), {4, 2}, {0, 1, 2, 3, 4, 5, -1, -2});
  EXPECT_THROW(dynamic_slice(x, 3, 0, 2), Error);
  EXPECT_THROW(dynamic_slice(x, -1, 0, 2), Error);
}

TEST(LinearAlgebra, MatrixProducts) {
  const Tensor a = counted({2, 3}), b = counted({3, 2}), v = arange(3);
  expect(matmul(a, b), {2, 2}, {10, 13, 28, 40});
  expect(matmul(a, a, false, true), {2, 2}, {5, 14, 14, 50});
  expect(matmul(a, v), {2}, {5, 14});
  expect(matmul(v, b), {2}, {10, 13});
  expect(matmul(v, v), {}, {5});
  EXPECT_EQ(matmul(counted({5, 1, 2, 3}), counted({4, 3, 2})).shape(), (Shape{5, 4, 2, 2}));
  EXPECT_EQ(dot(counted({5, 3}), counted({4, 3, 2})).shape(), (Shape{5, 4, 2}));
  expect(outer(v, v + 1), {3, 3}, {0, 0, 0, 1, 2, 3, 2, 4, 6});
  expect(tensordot(counted({2, 3, 2}), counted({3, 2, 2}), 2), {2, 2}, {110, 125, 290, 341});
  expect(tensordot(a, b, {0}, {1}), {3, 3}, {3, 9, 15, 4, 14, 24, 5, 19, 33});
}

TEST(LinearAlgebra, DiagonalsAndTriangles) {
  const Tensor x = counted({3, 4});
  expect(diagonal(x), {3}, {0, 5, 10});
  expect(diagonal(x, 2), {2}, {2, 7});
  expect(diagonal(x, -1), {2}, {4, 9});
  expect(diagonal(x, 9), {0}, {});
  expect(trace(x), {}, {15});
  expect(diag(Tensor::of<float>({1, 2}), 1), {3, 3}, {0, 1, 0, 0, 0, 2, 0, 0, 0});
  expect(diag(Tensor::of<float>({1, 2}), -1), {3, 3}, {0, 0, 0, 1, 0, 0, 0, 2, 0});
  expect(tril(x), {3, 4}, {0, 0, 0, 0, 4, 5, 0, 0, 8, 9, 10, 0});
  expect(triu(x, 2), {3, 4}, {0, 0, 2, 3, 0, 0, 0, 7, 0, 0, 0, 0});
  expect(eye(2, 3, 1), {2, 3}, {0, 1, 0, 0, 0, 1});
}

TEST(LinearAlgebra, EinsteinSums) {
  const Tensor a = counted({2, 3}), b = counted({3, 2}), batch = counted({2, 2, 3});
  expect(einsum("ij,jk->ik", {a, b}), {2, 2}, {10, 13, 28, 40});
  expect(einsum("ij,jk", {a, b}), {2, 2}, {10, 13, 28, 40});
  expect(einsum("ij->ji", {a}), {3, 2}, {0, 3, 1, 4, 2, 5});
  expect(einsum("ij->", {a}), {}, {15});
  expect(einsum("ii->i", {counted({3, 3})}), {3}, {0, 4, 8});
  expect(einsum("ii", {counted({3, 3})}), {}, {12});
  expect(einsum("i,j->ij", {arange(2), arange(3)}), {2, 3}, {0, 0, 0, 0, 1, 2});
  expect(einsum("ij,ij->i", {a, a}), {2}, {5, 50});
  expect(einsum("...j,jk->...k", {batch, b}), {2, 2, 2}, {10, 13, 28, 40, 46, 67, 64, 94});
  expect(einsum("bij,bkj->bik", {batch, batch}), {2, 2, 2}, {5, 14, 14, 50, 149, 212, 212, 302});
  expect(einsum("ij,jk,kl->il", {a, b, a}), {2, 3}, {39, 62, 85, 120, 188, 256});
  EXPECT_THROW(einsum("ij,jk->ik", {a, a}), Error);
  EXPECT_THROW(einsum("ij->ik", {a}), Error);
  EXPECT_THROW(einsum("i->i", {a}), Error);
}

TEST(Indexing, PicksAndPutsBack) {
  const Tensor x = counted({3, 2});
  expect(take(x, Tensor::of<int32_t>({2, -3}), 0), {2, 2}, {4, 5, 0, 1});
  expect(take(x, Tensor::of<uint8_t>({1, 0}, {1, 2}), 1), {3, 1, 2}, {1, 0, 3, 2, 5, 4});
  expect(take_along_axis(x, Tensor::of<int32_t>({1, 0, -1}, {3, 1}), 1), {3, 1}, {1, 2, 5});
  expect(take_along_axis(x, Tensor::of<int32_t>({2}, {1, 1}), 0), {1, 2}, {4, 5});
  expect(one_hot(Tensor::of<int32_t>({1, -1, 3}), 3), {3, 3}, {0, 1, 0, 0, 0, 0, 0, 0, 0});
  expect(one_hot(Tensor::of<int32_t>({1, 0}), 2, 0), {2, 2}, {0, 1, 1, 0});
  expect(gather_nd(x, Tensor::of<int32_t>({2, 1, 0, 0}, {2, 2})), {2}, {5, 0});
  expect(scatter(Tensor::of<int32_t>({1, 3, 1}, {3, 1}), Tensor::of<float>({1, 2, 3}), {4}), {4}, {0, 4, 0, 2});
  expect(scatter_add(x, Tensor::of<int32_t>({0}, {1, 1}), Tensor::of<int32_t>({10, 20}, {1, 2})), {3, 2},
         {10, 21, 2, 3, 4, 5});
  expect(scatter_update(x, Tensor::of<int32_t>({0}, {1, 1}), Tensor::of<int32_t>({0, 20}, {1, 2})), {3, 2},
         {0, 20, 2, 3, 4, 5});
  EXPECT_THROW(scatter(Tensor::of<int32_t>({4}, {1, 1}), Tensor::of<float>({1}), {4}), Error);
}

TEST(Sorting, OrdersElements) {
  const Tensor x = Tensor::of<float>({3, NAN, 1, 3, 0});
  expect(argsort(x), {5}, {4, 2, 0, 3, 1});
  expect(slice(sort(x), {0}, {4}), {4}, {0, 1, 3, 3});
  expect(sort(Tensor::of<int32_t>({2, 1, 0, 5}, {2, 2}), 0), {2, 2}, {0, 1, 2, 5});
  const auto [values, indices] = top_k(Tensor::of<int32_t>({1, 5, 5, 2}), 3);
  expect(values, {3}, {5, 5, 2});
  expect(indices, {3}, {1, 2, 3});
  const Tensor steps = Tensor::of<float>({1, 2, 2, 3});
  expect(searchsorted(steps, Tensor::of<float>({2, 0, 9})), {3}, {1, 0, 4});
  expect(searchsorted(steps, Tensor::of<float>({2, 0, 9}), "right"), {3}, {3, 0, 4});
  const Tensor scores = Tensor::of<float>({0.1f, 0.5f, 0.5f, 0.2f, 0.9f, 0}, {2, 3});
  expect(in_top_k(Tensor::of<int32_t>({2, 0}), scores, 1), {2}, {1, 0});
  expect(in_top_k(Tensor::of<int32_t>({0, 7}), scores, 3), {2}, {1, 0});
}

TEST(Creation, MakesTensors) {
  expect(arange(3), {3}, {0, 1, 2});
  EXPECT_EQ(arange(3).dtype(), DType::int32);
  expect(arange(1, 2, 0.25), {4}, {1, 1.25, 1.5, 1.75});
  expect(arange(3, 0, -2), {2}, {3, 1});
  expect(linspace(0, 1, 5), {5}, {0, 0.25, 0.5, 0.75, 1});
  expect(linspace(0, 1, 4, false), {4}, {0, 0.25, 0.5, 0.75});
  expect(logspace(0, 2, 3), {3}, {1, 10, 100});
  expect(tri(2, 3), {2, 3}, {1, 0, 0, 1, 1, 0});
  expect(ones() + zeros({2}), {2}, {1, 1});
  expect(full_like(arange(2), 7), {2}, {7, 7});
}

TEST(Random, RepeatsFromTheSeed) {
  random::set_seed(7);
  const Tensor first = random::normal({5, 3}), second = random::normal({5, 3});
  EXPECT_FALSE(identical(first, second));
  random::set_seed(7);
  EXPECT_TRUE(identical(first, random::normal({5, 3})));
  EXPECT_TRUE(identical(second, random::normal({5, 3})));
}

TEST(Random, HasTheMomentsOfItsDistribution) {
  random::set_seed(1);
  const Shape many{200000};
  EXPECT_NEAR(mean(random::uniform(many, -1, 3)).item(), 1, 0.02);
  EXPECT_NEAR(var(random::uniform(many)).item(), 1. / 12, 0.002);
  const Tensor normals = random::normal(many, 2, 3);
  EXPECT_NEAR(mean(normals).item(), 2, 0.03);
  EXPECT_NEAR(var(normals).item(), 9, 0.15);
  const Tensor cut = random::truncated_normal(many);
  EXPECT_LE(max(abs(cut)).item(), 2.000001);
  EXPECT_NEAR(mean(cut).item(), 0, 0.01);
  EXPECT_NEAR(var(cut).item(), 0.7737, 0.01);  // 1 - 4 pdf(2) / mass
  EXPECT_NEAR(mean(random::bernoulli(many, 0.3)).item(), 0.3, 0.005);
  EXPECT_NEAR(mean(dropout_mask(ones(many), 0.25)).item(), 1, 0.01);
  const Tensor dice = random::integers(many, 1, 7);
  EXPECT_EQ(min(dice).item(), 1);
  EXPECT_EQ(max(dice).item(), 6);
  EXPECT_NEAR(mean(dice.cast(DType::float32)).item(), 3.5, 0.02);
  const Tensor classes = random_categorical(log(Tensor::of<float>({0.2f, 0, 0.8f})), 100000);
  EXPECT_NEAR(mean((classes == 2).cast(DType::float32)).item(), 0.8, 0.01);
  EXPECT_EQ(max((classes == 1).cast(DType::int32)).item(), 0);
}

TEST(Random, PermutationsHaveEachNumberOnce) {
  expect(sort(random::permutation(50)), {50}, arange(50).values<double>());
  const Tensor shuffled = random::shuffle(counted({20, 2}));
  expect(slice(shuffled, {0, 1}, {to_end, 2}) - slice(shuffled, {0, 0}, {to_end, 1}), {20, 1}, Doubles(20, 1));
}

TEST(Values, FindsDifferentOnes) {
  const Tensor x = Tensor::of<int32_t>({3, 1, 3, 2, 1, 3}, {2, 3});
  const Unique found = unique_all(x);
  expect(found.values, {3}, {1, 2, 3});
  expect(found.first, {3}, {1, 3, 0});
  expect(found.inverse, {2, 3}, {2, 0, 2, 1, 0, 2});
  expect(found.counts, {3}, {2, 1, 3});
  EXPECT_EQ(unique(Tensor::of<float>({NAN, 1, NAN})).size(), 2);
  expect(isin(x, Tensor::of<int64_t>({3, 9})), {2, 3}, {1, 0, 1, 0, 0, 1});
}

TEST(Values, PicksByTruth) {
  const Tensor x = Tensor::of<int32_t>({3, 0, 0, 2, 1, 0}, {2, 3});
  expect(argwhere(x), {3, 2}, {0, 0, 1, 0, 1, 1});
  expect(nonzero(x)[1], {3}, {0, 0, 1});
  expect(boolean_mask(x, x > 1), {2}, {3, 2});
  expect(boolean_mask(x, Tensor::of({false, true})), {1, 3}, {2, 1, 0});
  EXPECT_THROW(boolean_mask(x, x), Error);
}

TEST(Values, Counts) {
  const Histogram three = histogram(Tensor::of<float>({0, 1, 2, 3, 4, 5, 6}), 3);
  expect(three.counts, {3}, {2, 2, 3});
  expect(three.edges, {4}, {0, 2, 4, 6});
  expect(histogram(Tensor::of<float>({-1, 0.5f, 2}), 2, 0, 1).counts, {2}, {0, 1});
  expect(bincount(Tensor::of<int32_t>({1, 3, 1})), {4}, {0, 2, 0, 1});
  expect(bincount(Tensor::of<int32_t>({1, 3, 1}), Tensor::of<float>({0.5f, 1, 2}), 5), {5}, {0, 2.5, 0, 1, 0});
  EXPECT_THROW(bincount(Tensor::of<int32_t>({-1})), Error);
}

TEST(Values, AreRefusedOnVars) {
  try {
    unique(placeholder({3}));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::unsupported);
    EXPECT_NE(error.hint().find("sort"), std::string::npos);
  }
}

}  // namespace
}  // namespace cajal
