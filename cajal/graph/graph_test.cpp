// Recording, replaying, printing.
#include "cajal/graph/graph.h"

#include <gtest/gtest.h>

#include "cajal/graph/internal/test_support.h"

namespace cajal {
namespace {

using namespace graph_test;
using Numbers = std::vector<double>;
const Dim batch = Dim::symbol("batch");

TEST(Recorded, OnlyWhatTheResultsNeed) {
  const Var x = scalar_input();
  const Var needed = sine(x);
  sine(needed, 3);
  EXPECT_EQ(Graph::of({x}, {needed}).nodes.size(), 2u);
}

TEST(Recorded, APlaceholderThatIsNoInputIsNamed) {
  const Var x = scalar_input(), y = placeholder({}, DType::float64, "picture");
  EXPECT_EQ(message_of([&] { Graph::of({x}, {product(x, y)}); }),
            "the result depends on the input 'picture', which is not among the program's inputs");
  EXPECT_THROW(Graph::of({sine(x)}, {x}), Error) << "inputs are placeholders";
  EXPECT_THROW(Graph::of({x}, {Var()}), Error);
}

TEST(Recorded, ErrorsNameTheOpItsInputsAndTheScope) {
  const Scope outer("model"), inner("dense");
  const Var x = placeholder({batch, 2}, DType::int32);
  try {
    sine(x);
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.message(), "sine expects floats and was given int32");
    EXPECT_EQ(error.where(), "sine(int32 [batch, 2]) of 'model/dense'");
  }
  EXPECT_THROW(sine(Var()), Error);
}

TEST(Recorded, ScopesNest) {
  EXPECT_EQ(Scope::current(), "");
  const Scope outer("model");
  {
    const Scope inner("dense_1");
    EXPECT_EQ(Scope::current(), "model/dense_1");
    EXPECT_EQ(*sine(scalar_input()).node()->scope, "model/dense_1");
    const std::string elsewhere = "other";
    const Scope absolute(Scope::Absolute{&elsewhere});
    EXPECT_EQ(Scope::current(), "other");
  }
  EXPECT_EQ(Scope::current(), "model");
}

TEST(Recorded, MasksTravelWithValues) {
  const Var x = scalar_input(), mask = placeholder({}, DType::boolean);
  EXPECT_FALSE(x.mask().defined());
  const Var masked = x.with_mask(mask);
  EXPECT_TRUE(masked.mask() == mask);
  EXPECT_TRUE(stop_gradient(masked).mask() == mask);
  EXPECT_TRUE(identity(masked).mask() == mask);
  EXPECT_FALSE(masked.with_mask(Var()).mask().defined());
}

TEST(Recorded, RandomIdsFollowScopeAndOrdinalOnly) {
  auto ids = [](int more_nodes) {
    Recording recording;
    const Var x = scalar_input();
    for (int i = 0; i < more_nodes; ++i) sine(x);
    const Scope scope("layer");
    const uint64_t first = noise(x).node()->random_id, second = noise(x).node()->random_id;
    const Scope inner("other");
    return std::vector<uint64_t>{first, second, noise(x).node()->random_id};
  };
  const auto once = ids(0);
  EXPECT_EQ(ids(5), once) << "what else is recorded changes no draw";
  EXPECT_NE(once[0], once[1]);
  EXPECT_NE(once[0], once[2]);
}

TEST(Recorded, AVeryLongChainIsFreedAndDifferentiated) {
  const Var x = scalar_input();
  Var y = x;
  for (int i = 0; i < 200000; ++i) y = sine(y, 1);
  EXPECT_EQ(Graph::of({x}, {y}).nodes.size(), 200001u);
  Var slope = gradient(y, x);
  EXPECT_GT(Graph::of({x}, {slope}).nodes.size(), 400000u);
  slope = Var();
  y = Var();
  EXPECT_EQ(x.node().use_count(), 1);
}

TEST(Replay, OnAnotherShape) {
  const Var x = placeholder({batch, 2}), y = product(sine(x), sine(x));
  const Var wide = placeholder({batch, 7});
  const Var again = replay({y}, {x}, {wide})[0];
  EXPECT_EQ(again.shape(), (Shape{batch, 7}));
  EXPECT_EQ(Graph::of({wide}, {again}).nodes.size(), 4u);
}

TEST(Replay, OnAValueOfAnotherType) {
  const Var x = placeholder({2}), y = sine(x);
  EXPECT_EQ(replay({y}, {x}, {placeholder({2}, DType::float64)})[0].dtype(), DType::float64);
  EXPECT_THROW(replay({y}, {x}, {placeholder({2}, DType::int32)}), Error);
  EXPECT_THROW(replay({y}, {x}, {}), Error);
}

TEST(Replay, SharesVariables) {
  const Variable v(number(3));
  const Var x = scalar_input(), y = product(x, v), a = scalar_input();
  const Var again = replay({y}, {x}, {a})[0];
  const Vars slopes = gradient(add(product(again, again), again), std::vector<Variable>{v});
  EXPECT_EQ(run(Graph::of({a}, {again, slopes[0]}), {2}), (Numbers{6, 26}));
}

TEST(Replay, TwoCallsDrawDifferentNumbers) {
  Recording recording;
  const Var x = scalar_input(), y = noise(x), a = scalar_input();
  const uint64_t first = replay({y}, {x}, {a})[0].node()->random_id;
  const uint64_t second = replay({y}, {x}, {a})[0].node()->random_id;
  EXPECT_NE(first, y.node()->random_id);
  EXPECT_NE(first, second);
}

TEST(Replay, RecordsEffectsAgain) {
  const Variable count(number(0), {"count"});
  const Var x = scalar_input();
  const Var y = after(sine(x), {count.assign_add(constant(number(1)))});
  Recording recording;
  const Var a = scalar_input();
  const Var first = replay({y}, {x}, {a})[0];
  EXPECT_EQ(recording.effects().size(), 1u);
  const Var second = replay({y}, {x}, {first})[0];
  EXPECT_EQ(recording.effects().size(), 2u);
  const Graph graph = Graph::of({a}, {second}, recording.effects());
  ASSERT_EQ(graph.assignments.size(), 1u);
  EXPECT_EQ(run(graph, {1})[1], 2) << "both calls count";
}

TEST(Replay, KeepsScopesAndMasks) {
  const Var x = scalar_input(), mask = placeholder({}, DType::float64);
  Var y;
  {
    const Scope scope("inner");
    y = sine(x).with_mask(sine(x, 1));
  }
  const Var a = scalar_input(), again = replay({y}, {x}, {a})[0];
  EXPECT_EQ(*again.node()->scope, "inner");
  ASSERT_TRUE(again.mask().defined());
  EXPECT_NO_THROW(Graph::of({a}, {again, again.mask()})) << "the mask follows the new input";
}

TEST(Replay, LeavesAloneWhatDoesNotDependOnTheInputs) {
  const Var x = scalar_input(), fixed = sine(constant(number(1)));
  const Var y = product(x, fixed), a = scalar_input();
  const Var again = replay({y, fixed}, {x}, {a})[0];
  EXPECT_TRUE(again.node()->inputs[1] == fixed);
}

TEST(GraphText, OneLineForEachNode) {
  const Variable v(number(2), {"w"});
  const Var x = placeholder({batch, 3}, DType::float64, "x");
  Vars both;
  {
    const Scope scope("layer");
    both = plus_minus(product(x, constant(number(2))), x);
  }
  Recording recording;
  v.assign(constant(number(5)));
  const Graph graph = Graph::of({x}, {both[1]}, recording.effects());
  EXPECT_EQ(text(graph),
            "%0 = input(name='x') float64 [batch, 3]\n"
            "%1 = constant(value=float64 2) float64 []   layer\n"
            "%2 = product(%0, %1) float64 [batch, 3]   layer\n"
            "%3 = plus_minus(%2, %0) float64 [batch, 3], float64 [batch, 3]   layer\n"
            "%4 = constant(value=float64 5) float64 []\n"
            "return %3.1\n"
            "w := %4\n");
}

TEST(GraphText, DotHasNodesEdgesAndClusters) {
  const Var x = placeholder({2}, DType::float32, "x");
  const Scope scope("a \"quoted\" layer");
  const std::string drawn = dot(Graph::of({x}, {sine(x)}));
  EXPECT_EQ(drawn,
            "digraph graph_of_ops {\n"
            "  rankdir=TB;\n"
            "  fontname=\"sans-serif\";\n"
            "  node [shape=box, style=rounded, fontname=\"sans-serif\"];\n"
            "    n0 [label=\"input\\nfloat32 [2]\"];\n"
            "  subgraph cluster_0 {\n"
            "    label=\"a \\\"quoted\\\" layer\";\n"
            "    n1 [label=\"sine\\nfloat32 [2]\"];\n"
            "  }\n"
            "  n0 -> n1;\n"
            "  result0 [shape=plaintext, label=\"result 0\"];\n"
            "  n1 -> result0;\n"
            "}\n");
}

TEST(GraphAdd, ChecksAsRecordingDoes) {
  Graph graph = Graph::of({}, {constant(number(2))});
  const Value doubled = graph.add(product_op(), {}, {{0, 0}, {0, 0}});
  graph.outputs.push_back(doubled);
  EXPECT_EQ(run(graph), (Numbers{2, 4}));
  EXPECT_EQ(graph.use_counts(), (std::vector<int>{3, 1}));
  EXPECT_THROW(
      graph.add(sine_op(), Attributes(Sine{}), {graph.add(training_op(), Attributes(TrainingAttributes{}), {})}),
      Error);
}

TEST(Evaluated, LearnsSymbolsFromItsInputs) {
  const Var x = placeholder({batch, 2}), y = placeholder({batch, 2});
  const Graph graph = Graph::of({x, y}, {add(x, y)});
  EXPECT_EQ(evaluate(graph, {Tensor({5, 2}), Tensor({5, 2})})[0].shape(), (Shape{5, 2}));
  EXPECT_EQ(message_of([&] {
              evaluate(graph, {Tensor({5, 2}), Tensor({4, 2})});
            }),
            "input 1 has the shape [4, 2]; expected [batch, 2]");
  EXPECT_EQ(message_of([&] { evaluate(graph, {Tensor({5, 2})}); }), "a program of 2 inputs was given 1");
}

TEST(Evaluated, TracesEveryNode) {
  const Var x = scalar_input();
  std::vector<std::vector<Tensor>> trace;
  evaluate(Graph::of({x}, {product(product(x, x), x)}), {number(3)}, nullptr, &trace);
  ASSERT_EQ(trace.size(), 3u);
  EXPECT_EQ(trace[1][0].item(), 9);
}

TEST(Evaluated, InDoubleKeepsTheDigitsOfNumbers) {
  const Var x = placeholder({});
  const Graph graph = Graph::of({x}, {add(x, 0.1)});
  EXPECT_EQ(evaluate(graph, {Tensor::full({}, 0)})[0].item(), double(0.1f));
  EXPECT_EQ(evaluate(in_double(graph), {number(0)})[0].item(), 0.1);
}

}  // namespace
}  // namespace cajal
