#include "cajal/ops/losses.h"

#include <gtest/gtest.h>

#include <cmath>

#include "cajal/graph/graph.h"

namespace cajal {
namespace {

TEST(SparseSoftmaxCrossentropy, ReportsALabelThatIsNoClass) {
  const Var logits = placeholder({3, 4}), labels = placeholder({3}, DType::int32);
  const Graph graph = Graph::of({logits, labels}, {sparse_softmax_crossentropy(logits, labels)});
  cajal::Run run;
  const Tensor loss = evaluate(graph, {Tensor({3, 4}), Tensor::of({1, 4, -1})}, &run)[0];
  EXPECT_NEAR(loss.flat(0), std::log(4.0), 1e-6);
  EXPECT_TRUE(std::isnan(loss.flat(1)));
  EXPECT_TRUE(std::isnan(loss.flat(2)));
  EXPECT_EQ(run.status.node, graph.outputs[0].node);
  EXPECT_EQ(run.status.value, 4);
  EXPECT_EQ(run.status.limit, 4);
}

TEST(SparseSoftmaxCrossentropy, RefusesLabelsOfTheWrongKind) {
  EXPECT_THROW(sparse_softmax_crossentropy(placeholder({3, 4}), placeholder({3})), Error);
  EXPECT_THROW(sparse_softmax_crossentropy(placeholder({3, 4}), placeholder({3, 4}, DType::int32)), Error);
  EXPECT_THROW(sparse_softmax_crossentropy(placeholder({3, 4}), placeholder({4}, DType::int32)), Error);
}

TEST(SparseSoftmaxCrossentropy, KeepsAnUnknownBatch) {
  const Dim batch = Dim::symbol("batch");
  const Var logits = placeholder({batch, 5, 4}), labels = placeholder({batch, 5}, DType::uint8);
  const Var loss = sparse_softmax_crossentropy(logits, labels);
  EXPECT_EQ(loss.shape().text(), "[batch, 5]");
  EXPECT_EQ(gradient(loss, logits).shape().text(), "[batch, 5, 4]");
}

TEST(SoftmaxCrossentropy, IsExactForLargeLogits) {
  const Var logits = constant(Tensor::of({1000.f, -1000.f}, {1, 2})),
            targets = constant(Tensor::of({0.f, 1.f}, {1, 2}));
  EXPECT_EQ(evaluate(Graph::of({}, {softmax_crossentropy(logits, targets)}), {})[0].flat(0), 2000);
}

TEST(SigmoidCrossentropy, IsExactForLargeLogits) {
  const Var logits = constant(Tensor::of({800.f, -800.f, 800.f})), targets = constant(Tensor::of({1.f, 0.f, 0.f}));
  const Tensor loss = evaluate(Graph::of({}, {sigmoid_crossentropy(logits, targets)}), {})[0];
  EXPECT_EQ(loss.values<double>(), (std::vector<double>{0, 0, 800}));
}

}  // namespace
}  // namespace cajal
