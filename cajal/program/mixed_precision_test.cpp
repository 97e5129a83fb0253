// Mixed precision: what is rounded, that all ways of running a plan give the same bits, and that these are what the
// rounded graph says.
#include "cajal/program/mixed_precision.h"

#include <gtest/gtest.h>

#include <cmath>
#include <sstream>

#include "cajal/base/parallel.h"
#include "cajal/ops/activation.h"
#include "cajal/ops/convolution.h"
#include "cajal/ops/elementwise.h"
#include "cajal/ops/linear_algebra.h"
#include "cajal/ops/normalization.h"
#include "cajal/ops/optimizer.h"
#include "cajal/ops/pooling.h"
#include "cajal/ops/reduction.h"
#include "cajal/ops/shape.h"
#include "cajal/program/internal/test_programs.h"

namespace cajal {
namespace {

using program_test::Example;
using program_test::left_by;
using program_test::NamedExample;
using program_test::random_tensor;

CompileOptions mixed(Memory memory) {
  CompileOptions options;
  options.memory = memory;
  options.precision = Precision::mixed_bfloat16;
  return options;
}

class MixedPrograms : public testing::TestWithParam<NamedExample> {
 protected:
  void TearDown() override { set_threads(before_); }
  int before_ = threads();
};

TEST_P(MixedPrograms, TheSameBitsHoweverMemoryIsUsedAndOnAnyNumberOfThreads) {
  set_threads(1);
  const std::vector<Tensor> kept = left_by(GetParam().make(), mixed(Memory::keep));
  for (int count : {1, 2, 3}) {
    set_threads(count);
    for (Memory memory : {Memory::tight, Memory::guard}) {
      const std::vector<Tensor> found = left_by(GetParam().make(), mixed(memory));
      ASSERT_EQ(found.size(), kept.size());
      for (size_t i = 0; i < kept.size(); ++i)
        EXPECT_TRUE(identical(found[i], kept[i])) << "result " << i << " with " << count << " threads";
    }
  }
}

TEST_P(MixedPrograms, ArePlansInWhichEachStepReadsWhatItMeansTo) {
  for (Memory memory : {Memory::tight, Memory::keep})
    EXPECT_EQ(program_test::fault_of(*program_test::plan_of(GetParam().make(), mixed(memory))), "");
}

INSTANTIATE_TEST_SUITE_P(All, MixedPrograms, testing::ValuesIn(program_test::examples()),
                         [](const auto& example) { return example.param.name; });

// ------------------------------------------------------------------------------------------------ what is rounded

int count_of(const Graph& graph, std::string_view op, DType type) {
  int count = 0;
  for (const GraphNode& node : graph.nodes) count += node.op->name == op && node.outputs[0].dtype == type;
  return count;
}

Graph mixed_graph(const Vars& inputs, const Vars& outputs, const std::vector<std::string>& float32_scopes = {}) {
  Graph graph = Graph::of(inputs, outputs);
  rewrite(graph, true);
  mix_precision(graph, float32_scopes);
  return graph;
}

TEST(MixedPrecision, RoundsWhatProductsReadAndNothingElse) {
  const Var x = placeholder({4, 8}), w = placeholder({8, 3});
  const Graph graph = mixed_graph({x, w}, {log_softmax(matmul(x, w) + 1.5)});
  EXPECT_EQ(count_of(graph, "cast", DType::bfloat16), 2);
  EXPECT_EQ(count_of(graph, "cast", DType::float32), 2);
  EXPECT_EQ(graph.spec(graph.outputs[0]).dtype, DType::float32);
}

// What gelu reads is kept for the way back: in half of the memory.
TEST(MixedPrecision, RoundsWhatGeluReads) {
  const Var x = placeholder({4, 8}), w = placeholder({8, 3}), b = placeholder({3});
  const Var y = gelu(matmul(x, w) + b);
  const Graph forward = mixed_graph({x, w, b}, {y});
  EXPECT_EQ(count_of(forward, "cast", DType::bfloat16), 3);
  const Graph both = mixed_graph({x, w, b}, {y, gradient(sum(y * y), w)});
  EXPECT_EQ(count_of(both, "gelu_slope", DType::float32), 1);
  for (const GraphNode& node : both.nodes)
    if (node.op->name.starts_with("gelu")) {
      EXPECT_EQ(both.nodes[size_t(node.inputs[0].node)].op->name, "cast");
    }
}

TEST(MixedPrecision, LeavesGraphsWithoutProductsAlone) {
  const Var x = placeholder({4, 8, 8, 3});
  const Graph graph = mixed_graph({x}, {max_pool(relu(x), {2, 2})});
  EXPECT_EQ(count_of(graph, "cast", DType::bfloat16), 0);
}

TEST(MixedPrecision, WeightsStayWhatTheyAreForAllButProducts) {
  const Variable w(random_tensor({8, 8}, 1), {"w"});
  const Var x = placeholder({4, 8});
  Recording recording;
  const Var y = matmul(x, w);
  w.assign_sub(0.1 * gradient(mean(square(y)), std::vector<Variable>{w})[0]);
  Graph graph = Graph::of({x}, {y}, recording.effects());
  rewrite(graph, true);
  mix_precision(graph, {});
  const GraphNode& update = graph.nodes[size_t(graph.assignments.at(0).value.node)];
  ASSERT_EQ(update.op->name, "subtract");
  EXPECT_EQ(graph.nodes[size_t(update.inputs[0].node)].op, &variable_op());
}

// A step that learns a product of x and w by gradient descent, and how it is run.
struct Learning {
  Variable w = Variable(random_tensor({40, 33}, 1), {"w"});
  Tensor x = random_tensor({4, 40}, 2);
  std::unique_ptr<Instance> instance;

  explicit Learning(Memory memory) {
    const Var input = placeholder({4, 40});
    Recording recording;
    const Var y = matmul(input, w);
    const Vars gradients = gradient(mean(square(y)), std::vector<Variable>{w});
    w.assign(sgd_update({w}, gradients, {}, constant(0.5f))[0]);
    const Graph graph = Graph::of({input}, {y}, recording.effects());
    CompileOptions options = mixed(memory);
    options.training = true;
    instance = std::make_unique<Instance>(compile(graph, {}, options));
    instance->feed(0, x);
  }
  bool is(const Learning& other) const { return identical(w.value(), other.w.value()); }
};

// What is set from outside between two steps is seen, as where weights are rounded at every run.
TEST(MixedPrecision, UpdatesKeepWeightsRounded) {
  Learning kept(Memory::tight), plain(Memory::keep);
  ASSERT_EQ(kept.instance->plan().narrow_copies.size(), 1u);
  EXPECT_TRUE(plain.instance->plan().narrow_copies.empty());
  std::istringstream lines(kept.instance->plan().text());
  for (std::string line; std::getline(lines, line);)  // but for the update, none reads w in float32
    EXPECT_EQ(line.find("float32 [40, 33] @ variable") != line.npos, line.find("sgd_update") != line.npos) << line;
  for (int step = 0; step < 6; ++step) {
    if (step == 3)
      for (Learning* one : {&kept, &plain}) one->w.set(random_tensor({40, 33}, 7));
    for (Learning* one : {&kept, &plain}) one->instance->run(uint64_t(step));
    EXPECT_TRUE(kept.is(plain)) << step;
    const NarrowCopy& narrow = kept.instance->plan().narrow_copies[0];
    EXPECT_TRUE(identical(narrow.copy.value(), kept.w.value().cast(DType::bfloat16))) << step;
  }
}

// Of several weights only those are kept so that products read: not the bias between them.
TEST(MixedPrecision, UpdatesByAdamKeepMatricesRounded) {
  auto learn = [](Memory memory, size_t copies) {
    std::vector<Variable> all{Variable(random_tensor({40, 33}, 1), {"w"}), Variable(random_tensor({33}, 2), {"b"}),
                              Variable(random_tensor({33, 7}, 3), {"v"})};
    Vars values, states;
    const Var input = placeholder({4, 40});
    Recording recording;
    const Var y = matmul(tanh(matmul(input, all[0]) + all[1]), all[2]);
    for (const Variable& one : all) values.push_back(one);
    std::vector<Variable> slots;
    for (int kind = 0; kind < 2; ++kind)
      for (const Variable& one : all) slots.emplace_back(Tensor::full(one.shape(), 0, DType::float32));
    for (const Variable& slot : slots) states.push_back(slot);
    const Vars now = adam_update(values, gradient(mean(square(y)), all), states, constant(0.01f), constant(0.f));
    for (size_t i = 0; i < 3; ++i) all[i].assign(now[i]);
    for (size_t i = 0; i < 6; ++i) slots[i].assign(now[3 + i]);
    const Graph graph = Graph::of({input}, {y}, recording.effects());
    Instance instance(compile(graph, {}, mixed(memory)));
    EXPECT_EQ(instance.plan().narrow_copies.size(), copies);
    instance.feed(0, random_tensor({4, 40}, 4));
    for (uint64_t step = 0; step < 4; ++step) instance.run(step);
    for (const NarrowCopy& narrow : instance.plan().narrow_copies)
      EXPECT_TRUE(identical(narrow.copy.value(), narrow.of.value().cast(DType::bfloat16))) << narrow.of.name();
    std::vector<Tensor> left;
    for (const Variable& one : all) left.push_back(one.value().copy());
    return left;
  };
  const std::vector<Tensor> kept = learn(Memory::tight, 2), plain = learn(Memory::keep, 0);
  for (size_t i = 0; i < 3; ++i) EXPECT_TRUE(identical(kept[i], plain[i])) << i;
}

TEST(MixedPrecision, ScopesOptOut) {
  const Var x = placeholder({4, 8}), w = placeholder({8, 8}), v = placeholder({8, 8});
  Var y = x;
  {
    Scope scope("first");
    y = matmul(y, w);
  }
  {
    Scope scope("second");
    y = matmul(y, v);
  }
  EXPECT_EQ(count_of(mixed_graph({x, w, v}, {y}, {"first", "second"}), "cast", DType::bfloat16), 0);
  EXPECT_EQ(count_of(mixed_graph({x, w, v}, {y}, {"first"}), "cast", DType::bfloat16), 2);
  EXPECT_EQ(count_of(mixed_graph({x, w, v}, {y}, {"fir"}), "cast", DType::bfloat16), 4);
  Scope outer("net"), inner("first");
  EXPECT_EQ(count_of(mixed_graph({x, w}, {matmul(x, w)}, {"first"}), "cast", DType::bfloat16), 0);
}

// What is moved between two layers is moved in bfloat16.
TEST(MixedPrecision, MovesWhatIsRounded) {
  const Var x = placeholder({2, 4, 4, 3}), kernel = placeholder({3, 3, 3, 5}), w = placeholder({80, 7});
  const Var flat = reshape(relu(conv(x, kernel, {1}, "same")), {2, 80});
  const Graph graph = mixed_graph({x, kernel, w}, {matmul(flat, w)});
  EXPECT_EQ(count_of(graph, "reshape", DType::bfloat16), 1);
  EXPECT_EQ(count_of(graph, "cast", DType::bfloat16), 4);
}

// ------------------------------------------------------------------------------------------------ how near

// What the graph means, op by op with the plain kernels: in float32, with the roundings that stand in it.
std::vector<Tensor> left_by_rounded_graph(const Example& example) {
  Graph graph = example.graph;
  rewrite(graph, false);
  turn_once(graph), drop_untaken_gradients(graph), absorb_padding(graph), move_before_pooling(graph);
  mix_precision(graph, {});
  Run run;
  run.seed = 5;
  std::vector<Tensor> out = evaluate(graph, example.inputs, &run);
  std::vector<Tensor> assigned(out.begin() + std::ptrdiff_t(graph.outputs.size()), out.end());
  out.resize(graph.outputs.size());
  for (const Variable& variable : example.variables)
    for (size_t i = 0; i < assigned.size(); ++i)
      if (graph.assignments[i].variable == variable) out.push_back(assigned[i]);
  return out;
}

// Sums in another order round a few values to the other side: each is then off by a share of 2^-8.
TEST(MixedPrecision, PlansComputeWhatTheRoundedGraphSays) {
  for (const NamedExample& example : program_test::image_examples()) {
    const std::vector<Tensor> found = left_by(example.make(), mixed(Memory::tight), 1);
    const std::vector<Tensor> wanted = left_by_rounded_graph(example.make());
    for (size_t i = 0; i < wanted.size(); ++i) {
      double error = 0, size = 0;
      for (int64_t k = 0; k < wanted[i].size(); ++k) {
        error += std::pow(found[i].flat(k) - wanted[i].flat(k), 2);
        size += std::pow(wanted[i].flat(k), 2);
      }
      EXPECT_LE(std::sqrt(error / (size + 1e-30)), 0x1p-7) << example.name << ", result " << i;
    }
  }
}

}  // namespace
}  // namespace cajal
