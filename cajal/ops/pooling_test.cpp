// Who wins, and what is reported; numbers are proved by tests/every_op and tests/golden.
#include "cajal/ops/pooling.h"

#include <gtest/gtest.h>

#include <cmath>

#include "cajal/graph/graph.h"
#include "cajal/ops/internal/pool.h"
#include "cajal/ops/normalization.h"
#include "cajal/ops/reduction.h"
#include "cajal/ops/resize.h"
#include "cajal/ops/shape.h"

namespace cajal {
namespace {

std::vector<Tensor> results(const Vars& x) { return evaluate(Graph::of({}, x), {}); }
Tensor row(std::vector<float> numbers) { return Tensor::of(numbers, {1, int64_t(numbers.size()), 1}); }

TEST(MaxPool, TheFirstOfEqualsWins) {
  const Var x = row({1, 1, 2, 0, 3, 3});
  const Var dx = gradient(sum(max_pool(x, {2})), x);
  EXPECT_EQ(results({dx})[0].values<double>(), (std::vector<double>{1, 0, 1, 0, 1, 0}));
}

TEST(MaxPool, NaNWinsAndPlacesOutsideNever) {
  const Vars both = max_pool_with_index(row({-5, NAN, 2, NAN}), {3}, {2}, {1}, {1});
  const auto got = results(both);
  EXPECT_TRUE(std::isnan(got[0].flat(0)));
  EXPECT_EQ(got[1].values<double>(), (std::vector<double>{2, 0}));
  EXPECT_EQ(results(max_pool_with_index(row({-5}), {3}, {1}, {1}, {1}))[0].item(), -5);
}

TEST(MaxPool, WindowsThatOverlapAddUp) {
  const Var x = row({0, 5, 0, 4});
  const Var dx = gradient(sum(max_pool(x, {2}, {1})), x);
  EXPECT_EQ(results({dx})[0].values<double>(), (std::vector<double>{0, 2, 0, 1}));
}

TEST(MaxPool, AnIndexOfAByteUntil256Places) {
  const Var x = placeholder({1, 40, 40, 1});
  EXPECT_EQ(max_pool_with_index(x, {16, 16}, {1}, {0}, {0})[1].dtype(), DType::uint8);
  EXPECT_EQ(max_pool_with_index(x, {16, 17}, {1}, {0}, {0})[1].dtype(), DType::int32);
}

TEST(MaxPool, ABadIndexIsReported) {
  const PoolAttributes attributes{{2}, {2}, {0}, {0}, {1}};
  const Var index = Tensor::of<uint8_t>({1, 9}, {1, 2, 1});
  for (const Var& y : {record_max_pool_gradient(attributes, row({1, 1}), index, {1, 4, 1}),
                       record_max_pool_gather(attributes, row({1, 2, 3, 4}), index)}) {
    cajal::Run run;
    evaluate(Graph::of({}, {y}), {}, &run);
    EXPECT_GE(run.status.node, 0);
    EXPECT_EQ(run.status.value, 9);
    EXPECT_EQ(run.status.limit, 2);
  }
}

TEST(AdaptivePool, BatchMayBeUnknown) {
  const Var x = placeholder({Dim::symbol("batch"), 7, 5, 3});
  EXPECT_EQ(adaptive_average_pool(x, {3, 2}).shape().text(), "[batch, 3, 2, 3]");
  EXPECT_EQ(adaptive_max_pool(x, {3, 2}).shape().text(), "[batch, 3, 2, 3]");
  EXPECT_EQ(upsample(x, {2}).shape().text(), "[batch, 14, 10, 3]");
  EXPECT_EQ(upsample(x, {2, 3}, "bilinear").shape().text(), "[batch, 14, 15, 3]");
  EXPECT_EQ(resize(x, {4}, "nearest").shape().text(), "[batch, 4, 4, 3]");
}

TEST(Upsample, GradientIsTheSumOfTheRepetitions) {
  const Var x = Tensor::of({1.f, 2.f, 3.f, 4.f}, {1, 2, 2, 1});
  const auto got = results({upsample(x, {2, 1}), gradient(sum(square(upsample(x, {2, 3}))), x)});
  EXPECT_EQ(got[0].values<double>(), (std::vector<double>{1, 2, 1, 2, 3, 4, 3, 4}));
  EXPECT_EQ(got[1].values<double>(), (std::vector<double>{12, 24, 36, 48}));
}

// In float32 the square of the mean is 1e8 times the variance here.
TEST(GroupNorm, LosesNothingToALargeMean) {
  Tensor x({2, 30, 4});
  for (int64_t i = 0; i < x.size(); ++i) x.set_flat(i, 10000 + (i * 7 % 11) / 4.0);
  const Tensor ones = Tensor::of({1.f, 1.f, 1.f, 1.f}), zeros({4});
  const Graph graph = Graph::of({}, {group_norm(x, ones, zeros, 2, 1e-3)});
  const Tensor got = evaluate(graph, {})[0], wanted = evaluate(in_double(graph), {})[0];
  for (int64_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got.flat(i), wanted.flat(i), 1e-3);
}

TEST(GroupNorm, BatchMayBeUnknown) {
  const Var x = placeholder({Dim::symbol("batch"), 7, 5, 6}), scale = placeholder({6}), shift = placeholder({6});
  const Var y = group_norm(x, scale, shift, 3, 1e-3);
  EXPECT_EQ(y.shape().text(), x.shape().text());
  EXPECT_EQ(gradient(sum(y), x).shape().text(), x.shape().text());
}

}  // namespace
}  // namespace cajal
