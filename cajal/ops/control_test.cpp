// Scans: values, gradients of what is captured, random numbers that repeat, other batch sizes.
#include "cajal/ops/control.h"

#include <gtest/gtest.h>

#include "cajal/graph/graph.h"
#include "cajal/ops/creation.h"
#include "cajal/ops/elementwise.h"
#include "cajal/ops/linear_algebra.h"
#include "cajal/ops/random.h"
#include "cajal/ops/reduction.h"
#include "cajal/ops/shape.h"

namespace cajal {
namespace {

std::vector<double> run(const Vars& inputs, const Var& output, const std::vector<Tensor>& values) {
  return evaluate(Graph::of(inputs, {output}), values)[0].values<double>();
}

ScanBody running_sum() {
  return [](const Vars& c, const Vars& s) -> std::pair<Vars, Vars> { return {{c[0] + s[0]}, {c[0] + s[0]}}; };
}

TEST(Scan, SumsForwardsAndBackwards) {
  const Var x = placeholder({4});
  const Tensor values = Tensor::of<float>({1, 2, 3, 4});
  const Var start = constant(Tensor::full({}, 10));
  EXPECT_EQ(run({x}, scan(running_sum(), {start}, {x}).outputs[0], {values}), (std::vector<double>{11, 13, 16, 20}));
  const ScanResult back = scan(running_sum(), {start}, {x}, 0, true);
  EXPECT_EQ(run({x}, back.outputs[0], {values}), (std::vector<double>{20, 19, 17, 14}));
  EXPECT_EQ(run({x}, back.carries[0], {values}), (std::vector<double>{20}));
}

TEST(Scan, GradientReachesWhatIsCaptured) {
  // h' = h w, three times from 1: w^3 in all.
  const Var w = placeholder({}), steps = placeholder({3});
  const Var doubled = w * 2;  // captured too, and depends on w outside of the loop
  auto body = [&](const Vars& c, const Vars&) -> std::pair<Vars, Vars> { return {{c[0] * w * doubled / 2}, {}}; };
  const Var y = scan(body, {ones()}, {steps}).carries[0];  // w^6
  const Tensor zero = zeros({3}), two = Tensor::full({}, 2);
  EXPECT_NEAR(run({w, steps}, y, {two, zero})[0], 64, 1e-4);
  const Var slope = gradient(y, w), bend = gradient(slope, w);
  EXPECT_NEAR(run({w, steps}, slope, {two, zero})[0], 6 * 32, 1e-3);
  EXPECT_NEAR(run({w, steps}, bend, {two, zero})[0], 30 * 16, 1e-3);
}

TEST(Scan, StopsAtStopGradient) {
  const Var x = placeholder({3});
  auto body = [](const Vars& c, const Vars& s) -> std::pair<Vars, Vars> {
    return {{c[0] + s[0] * stop_gradient(s[0])}, {}};
  };
  const Var y = scan(body, {zeros()}, {x}).carries[0];
  EXPECT_EQ(run({x}, gradient(y, x), {Tensor::of<float>({1, 2, 3})}), (std::vector<double>{1, 2, 3}));
}

TEST(Scan, ItsGradientDrawsTheSameMask) {
  const Var x = placeholder({50, 8});
  auto body = [](const Vars& c, const Vars& s) -> std::pair<Vars, Vars> {
    const Var kept = s[0] * dropout_mask(s[0], 0.5);
    return {{c[0] + kept}, {kept}};
  };
  const ScanResult result = scan(body, {zeros({8})}, {x});
  const Var slope = gradient(sum(result.carries[0]), x);
  const auto both = evaluate(Graph::of({x}, {result.outputs[0], slope}), {ones({50, 8})});
  EXPECT_TRUE(identical(both[0], both[1]));
  EXPECT_NE(slice_axis(constant(both[0]), 0, 0, 1).shape(), Shape{});
  EXPECT_FALSE(identical(both[0][0].copy(), both[0][1].copy()));
}

TEST(Scan, TakesAnUnknownBatchAndLength) {
  const Dim batch = Dim::symbol("batch"), time = Dim::symbol("time");
  const Var x = placeholder({batch, time, 2}), w = placeholder({2, 2});
  auto body = [&](const Vars& c, const Vars& s) -> std::pair<Vars, Vars> {
    const Var next = matmul(c[0] + s[0], w);
    return {{next}, {next}};
  };
  const Var start =
      zeros_like(squeeze(slice_axis(x, 2, 0, 1), {2}));  // [batch, time]: only to see that shapes are checked
  EXPECT_THROW(scan(body, {start}, {x}, 1), Error);
  const Var state = matmul(zeros_like(sum(x, {1})), w);
  const ScanResult result = scan(body, {state}, {x}, 1);
  EXPECT_EQ(result.outputs[0].shape(), (Shape{batch, time, 2}));
  const Var slope = gradient(sum(result.outputs[0]), w);
  const auto got = evaluate(Graph::of({x, w}, {result.outputs[0], slope}), {ones({3, 4, 2}), eye(2)});
  EXPECT_EQ(got[0].shape(), (Shape{3, 4, 2}));
  EXPECT_EQ(got[0].at({2, 3, 1}), 4);
  const Var wider = placeholder({5, 7, 2});
  EXPECT_EQ(replay({result.outputs[0]}, {x}, {wider})[0].shape(), (Shape{5, 7, 2}));
}

TEST(Scan, NamesWhatIsWrong) {
  const Var x = placeholder({3});
  EXPECT_THROW(scan(running_sum(), {zeros()}, {}), Error);
  EXPECT_THROW(scan(running_sum(), {zeros({2})}, {x, placeholder({4})}), Error);
  const Variable count(zeros());
  auto assigns = [&](const Vars& c, const Vars&) -> std::pair<Vars, Vars> { return {{count.assign(c[0])}, {}}; };
  EXPECT_THROW(scan(assigns, {zeros()}, {x}), Error);
}

}  // namespace
}  // namespace cajal
