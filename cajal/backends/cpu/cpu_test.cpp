// Every kernel of the cpu backend against its op's reference kernel in double: for every instruction set that this
// machine has, with one, two and three threads, which must give the same bits.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <map>
#include <tuple>

#include "cajal/backends/cpu/internal/blocks.h"
#include "cajal/backends/cpu/internal/each_target_test.h"
#include "cajal/backends/cpu/internal/kernels.h"
#include "cajal/base/parallel.h"
#include "cajal/graph/reference_run.h"
#include "cajal/ops/activation.h"
#include "cajal/ops/elementwise.h"
#include "cajal/ops/table.h"
#include "cajal/program/fused.h"

namespace cajal {
namespace {

// ------------------------------------------------------------------------------------------------ running

// What the kernels may write to lies between painted bytes.
struct Guarded {
  static constexpr int64_t margin = 256;
  explicit Guarded(int64_t bytes) : memory(Shape{bytes + 2 * margin}, DType::uint8), bytes(bytes) {
    std::memset(memory.raw(), 0xA5, memory.bytes());
  }
  std::byte* data() const { return memory.raw() + margin; }
  bool is_intact() const {
    const auto painted = [&](int64_t from) {
      for (int64_t i = from; i < from + margin; ++i)
        if (memory.raw()[i] != std::byte(0xA5)) return false;
      return true;
    };
    return painted(0) && painted(margin + bytes);
  }
  Tensor memory;
  int64_t bytes;
};

const Kernel* find_kernel(const KernelQuery& query, const std::vector<Kernel>& kernels) {
  for (const Kernel& kernel : kernels)
    if (kernel.op == query.node.op->name && (!kernel.supports || kernel.supports(query))) return &kernel;
  return nullptr;
}

// Runs one node with its kernel. `in_place`: the outputs lie over inputs wherever the op says that they may.
std::vector<Tensor> run_kernel(const Kernel& kernel, const KernelQuery& query, const std::vector<Tensor>& inputs,
                               bool in_place = false) {
  std::vector<Tensor> held;
  for (const Tensor& input : inputs) held.push_back(input.copy());
  const auto prepared = kernel.prepare ? kernel.prepare(query) : nullptr;
  const Guarded workspace(int64_t(kernel.workspace ? kernel.workspace(query, prepared.get()) : 0));
  std::vector<std::vector<int64_t>> dims;
  dims.reserve(inputs.size() + query.outputs().size());
  std::vector<Operand> in, out;
  auto operand = [&](std::byte* data, const Spec& spec) {
    dims.push_back(spec.shape.ints());
    return Operand{data, spec.dtype, spec.shape.rank(), dims.back().data(), spec.shape.size().value()};
  };
  for (const Tensor& input : held) in.push_back(operand(input.raw(), {input.shape(), input.dtype()}));
  std::vector<Guarded> results;
  const Op& op = *query.node.op;
  const auto pairs = op.in_place_for ? op.in_place_for(query.node.attributes, inputs.size()) : op.in_place;
  std::vector<bool> taken(inputs.size());
  for (size_t o = 0; o < query.outputs().size(); ++o) {
    const Spec& spec = query.outputs()[o];
    results.emplace_back(spec.shape.size().value() * int64_t(size_of(spec.dtype)));
    std::byte* data = results.back().data();
    for (auto [i, to] : pairs) {
      const Tensor& input = held[size_t(i)];
      if (!in_place || to != int(o) || taken[size_t(i)] || input.shape() != spec.shape || input.dtype() != spec.dtype)
        continue;
      data = input.raw();
      taken[size_t(i)] = true;
      break;
    }
    out.push_back(operand(data, spec));
  }
  cajal::Run run;
  run.seed = 5;
  kernel.run(
      Call{query.node.attributes.get(), prepared.get(), in, out, workspace.data(), query.node.random_id, 0, &run});
  EXPECT_TRUE(workspace.is_intact()) << op.name << " wrote beyond its workspace";
  std::vector<Tensor> tensors;
  for (size_t o = 0; o < out.size(); ++o) {
    EXPECT_TRUE(results[o].is_intact()) << op.name << " wrote beyond output " << o;
    tensors.emplace_back(query.outputs()[o].shape, out[o].dtype);
    std::memcpy(tensors.back().raw(), out[o].data, tensors.back().bytes());
  }
  return tensors;
}

std::vector<Tensor> in_double(const std::vector<Tensor>& inputs) {
  std::vector<Tensor> out;
  for (const Tensor& input : inputs) out.push_back(is_float(input.dtype()) ? input.cast(DType::float64) : input);
  return out;
}

GraphNode in_double(GraphNode node) {
  for (Spec& spec : node.outputs)
    if (is_float(spec.dtype)) spec.dtype = DType::float64;
  return node;
}

// The largest error relative to 1e-5 |wanted| + slack; infinities and NaN must agree.
double error_of(const Tensor& given, const Tensor& wanted, double slack) {
  const Tensor a = given.cast(DType::float64), b = wanted.cast(DType::float64);
  double worst = 0;
  for (int64_t i = 0; i < a.size(); ++i) {
    const double x = a.data<double>()[i], y = b.data<double>()[i];
    const bool beyond = std::abs(y) > 3.4028235e38, tiny = std::abs(y) < 1e-37;
    if (std::isnan(x) != std::isnan(y)) return 1e30;
    if (std::isnan(x) || (beyond && std::isinf(x) && (x > 0) == (y > 0)) || (tiny && std::abs(x) < 1e-37)) continue;
    worst = std::max(worst, std::abs(x - y) / (1e-5 * std::abs(y) + slack));
  }
  return worst;
}

// Of sums of products, relative to 1e-5 of the sum of the absolute products.
double error_of_sums(const Tensor& given, const Tensor& wanted, const Tensor& magnitude) {
  double worst = 0;
  for (int64_t i = 0; i < given.size(); ++i) {
    const double error = std::abs(double(given.data<float>()[i]) - wanted.data<double>()[i]);
    if (!(error <= 1e-5 * magnitude.data<double>()[i]))
      worst = std::max(worst, 1e5 * error / magnitude.data<double>()[i]);
    if (std::isnan(error)) return 1e30;
  }
  return worst;
}

std::vector<Tensor> absolute(const std::vector<Tensor>& inputs) {
  std::vector<Tensor> out;
  for (const Tensor& input : inputs) {
    out.push_back(input.copy());
    for (int64_t i = 0; i < input.size(); ++i) out.back().data<double>()[i] = std::abs(input.data<double>()[i]);
  }
  return out;
}

// ------------------------------------------------------------------------------------------------ cases

struct Case {
  const Op* op;
  Attributes attributes;
  std::vector<Tensor> inputs;
};

class Draw {
 public:
  Tensor operator()(const Spec& spec, double low, double high) {
    Tensor out(spec.shape, DType::float32);
    for (int64_t i = 0; i < out.size(); ++i) out.data<float>()[i] = float(low + (high - low) * next());
    return out.cast(spec.dtype);
  }

 private:
  double next() {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return double(state_ >> 40) * 0x1p-24;
  }
  uint64_t state_ = 1;
};

GraphNode node_of(const Case& c) {
  Specs specs;
  std::vector<Value> inputs;
  for (const Tensor& input : c.inputs) specs.push_back({input.shape(), input.dtype()});
  return {c.op, c.attributes, inputs, c.op->infer(c.attributes, specs), nullptr, 3};
}

std::vector<Case> cases_of(const Op& op) {
  std::vector<Case> out;
  Draw draw;
  for (const Sample& sample : op.samples()) {
    Case c{&op, sample.attributes, {}};
    for (size_t i = 0; i < sample.inputs.size(); ++i) {
      const bool given = i < sample.values.size() && sample.values[i].defined();
      c.inputs.push_back(given ? sample.values[i].cast(sample.inputs[i].dtype)
                               : draw(sample.inputs[i], sample.low, sample.high));
    }
    out.push_back(std::move(c));
  }
  return out;
}

// The kernels for each instruction set in turn.
template <class F>
void for_each_target(F&& f) {
  const int before = threads();
  cpu::for_each_target([&] { f(cpu::all_kernels()); });
  set_threads(before);
}

void expect_same_bits(const std::vector<Tensor>& a, const std::vector<Tensor>& b, const std::string& what) {
  for (size_t i = 0; i < a.size(); ++i) EXPECT_TRUE(identical(a[i], b[i])) << what << ", output " << i;
}

// One case: right, the same in place, the same with other numbers of threads.
bool expect_right(const Case& c, const std::vector<Kernel>& kernels, double slack) {
  const GraphNode node = node_of(c);
  KernelQuery query{node, {}, 1};
  for (const Tensor& input : c.inputs) query.inputs.push_back({input.shape(), input.dtype()});
  const Kernel* kernel = find_kernel(query, kernels);
  if (!kernel) return false;
  std::string what = std::string(c.op->name) + "(" + c.attributes.text() + ")";
  for (const Spec& spec : query.inputs) what += " " + spec.text();
  cajal::Run run;
  run.seed = 5;
  const std::vector<Tensor> wanted = run_reference(in_double(node), in_double(c.inputs), run, 0);
  set_threads(1);
  const std::vector<Tensor> one = run_kernel(*kernel, query, c.inputs);
  std::vector<Tensor> magnitudes;
  if (c.op->name.starts_with("conv"))
    magnitudes = run_reference(in_double(node), absolute(in_double(c.inputs)), run, 0);
  for (size_t i = 0; i < one.size(); ++i)
    EXPECT_LE(magnitudes.empty() ? error_of(one[i], wanted[i], slack) : error_of_sums(one[i], wanted[i], magnitudes[i]),
              1)
        << what << ", output " << i;
  expect_same_bits(run_kernel(*kernel, query, c.inputs, true), one, what + " in place");
  for (int count : {2, 3}) {
    set_threads(count);
    query.threads = count;
    expect_same_bits(run_kernel(*kernel, query, c.inputs), one, what + " with " + std::to_string(count) + " threads");
  }
  return true;
}

// ------------------------------------------------------------------------------------------------ tests

// An element-wise op's samples as block functions get them: every input as large as the output.
std::vector<Case> whole_cases_of(const Op& op) {
  std::vector<Case> out = cases_of(op);
  for (Case& c : out) {
    const Shape shape = node_of(c).outputs[0].shape;
    for (Tensor& input : c.inputs) input = input.broadcast_to(shape).copy();
  }
  return out;
}

BlockFunction block_of(const Case& c) {
  std::vector<DType> types;
  for (const Tensor& input : c.inputs) types.push_back(input.dtype());
  return cpu::find_block(*c.op, types, node_of(c).outputs[0].dtype);
}

// A kernel whose name is misspelt would never run, nor be proved by the other tests; a block also by its types.
TEST(CpuTest, HasKernelsOfOpsThatThereAre) {
  for (const Kernel& kernel : cpu::all_kernels())
    EXPECT_TRUE(find_op(kernel.op) || kernel.op.starts_with("fused_")) << kernel.op;
  for (auto table : {cpu::arithmetic_blocks, cpu::function_blocks, cpu::activation_blocks, cpu::condition_blocks})
    for (const cpu::Block& block : table()) {
      const Op* op = find_op(block.op);
      ASSERT_TRUE(op) << "there is no op called " << block.op;
      const std::vector<Case> cases = whole_cases_of(*op);
      EXPECT_TRUE(std::any_of(cases.begin(), cases.end(), [&](const Case& c) { return block_of(c) == block.run; }))
          << "no sample of " << block.op << " has the types " << block.types;
    }
}

TEST(CpuTest, SamplesOfEveryOp) {
  int proved = 0;
  for_each_target([&](const std::vector<Kernel>& kernels) {
    for (const Op* op : all_ops())
      if (op->samples && !op->random)
        for (const Case& c : cases_of(*op)) proved += expect_right(c, kernels, 2e-6);
  });
  EXPECT_GT(proved, 100);
}

// Element-wise ops: sizes around the vector's and the block's, values of both signs, NaN and infinity.
TEST(CpuTest, BlocksOfEveryOp) {
  for_each_target([](const std::vector<Kernel>&) {
    for (const Op* op : all_ops()) {
      if (op->pattern != Pattern::elementwise || !op->samples) continue;
      for (const Case& c : whole_cases_of(*op)) {
        const BlockFunction block = block_of(c);
        if (!block) continue;
        const GraphNode node = node_of(c);
        cajal::Run run;
        // Casts are one rounding, to be made as the reference makes it.
        const bool exact = op->name == "cast";
        const Tensor wanted = exact ? run_reference(node, c.inputs, run, 0)[0]
                                    : run_reference(in_double(node), in_double(c.inputs), run, 0)[0];
        for (int64_t count = 0; count <= wanted.size(); ++count) {
          Guarded out(count * int64_t(size_of(node.outputs[0].dtype)));
          std::vector<const void*> in;
          for (const Tensor& input : c.inputs) in.push_back(input.raw());
          block(c.attributes.get(), in.data(), out.data(), count);
          EXPECT_TRUE(out.is_intact()) << op->name << " wrote beyond " << count << " elements";
          Tensor given(Shape{count}, node.outputs[0].dtype), part(Shape{count}, wanted.dtype());
          std::memcpy(given.raw(), out.data(), given.bytes());
          std::memcpy(part.raw(), wanted.raw(), part.bytes());
          EXPECT_LE(error_of(given, part, 2e-6), 1)
              << op->name << "(" << c.attributes.text() << "), " << count << " elements";
        }
      }
    }
  });
}

// The functions over their whole range, with the relative precision that they promise.
TEST(CpuTest, FunctionsKeepRelativePrecision) {
  const std::map<std::string, std::pair<double, double>> ranges = {
      {"exp", {-87, 88}},  {"expm1", {-20, 88}},   {"log", {1e-30, 1e30}},  {"log1p", {-0.99, 100}},
      {"tanh", {-12, 12}}, {"sigmoid", {-80, 80}}, {"softplus", {-80, 80}}, {"erf", {-5, 5}},
      {"gelu", {-6, 6}},   {"silu", {-80, 80}},    {"log2", {1e-30, 1e30}}, {"elu", {-20, 20}},
      {"selu", {-20, 20}}, {"sqrt", {0, 100}},     {"rsqrt", {1e-10, 100}}};
  for_each_target([&](const std::vector<Kernel>&) {
    for (const auto& [name, range] : ranges) {
      const Op& op = *find_op(name);
      const Attributes attributes = op.samples()[0].attributes;
      Tensor x(Shape{8000}, DType::float32), y(Shape{8000}, DType::float32);
      for (int64_t i = 0; i < 8000; ++i) {
        const double at = double(i % 4000) / 4000;  // evenly spread, then ever nearer to 0
        const double value =
            i < 4000 ? range.first + (range.second - range.first) * at : std::pow(10, -12 * at) * (i % 2 ? 1 : -1);
        x.data<float>()[i] = float(std::clamp(value, range.first, range.second));
      }
      const DType types[] = {DType::float32};
      const void* in[] = {x.raw()};
      cpu::find_block(op, types, DType::float32)(attributes.get(), in, y.raw(), 8000);
      cajal::Run run;
      const GraphNode node{&op, attributes, {}, {Spec{x.shape(), DType::float64}}, nullptr, 0};
      const Tensor wanted = run_reference(node, {x.cast(DType::float64)}, run, 0)[0];
      EXPECT_LE(error_of(y, wanted, 0), name == "gelu" ? 2 : 1) << name;
    }
  });
}

// Longer axes than the samples have: several chunks, blocks and threads.
TEST(CpuTest, LargerShapes) {
  const std::map<std::string, std::vector<std::vector<Shape>>> shapes = {
      {"sum", {{{100003}}, {{3, 70001}}, {{70001, 3}}, {{5000, 65}}, {{2, 1000, 1500}}, {{0, 4}}, {{4, 0}}}},
      {"mean", {{{100003}}, {{300, 333}}, {{1025, 130}}, {{1, 1}}}},
      {"max", {{{100003}}, {{300, 333}}, {{1025, 130}}}},
      {"min", {{{100003}}, {{300, 333}}, {{1025, 130}}}},
      {"argmax", {{{100003}}, {{4000, 33}}, {{3000, 7}}}},
      {"softmax", {{{4000, 3}}, {{4001, 10}}, {{37, 16}}, {{300, 333}}, {{5, 2}}, {{33, 4}}, {{0, 5}}}},
      {"log_softmax", {{{4000, 3}}, {{4001, 10}}, {{300, 333}}, {{1, 1}}}},
      {"softmax_crossentropy", {{{4000, 3}, {4000, 3}}, {{301, 10}, {301, 10}}, {{300, 333}, {300, 333}}}},
      {"transpose", {{{300, 333}}, {{33, 70, 5}}, {{3, 40, 16, 17}}, {{64, 48}}}},
      {"slice", {{{4000, 33}}}},
      {"global_norm", {{{100003}, {7}, {300, 300}}}},
  };
  for_each_target([&](const std::vector<Kernel>& kernels) {
    Draw draw;
    for (const auto& [name, list] : shapes)
      for (const std::vector<Shape>& inputs : list)
        for (const Sample& sample : find_op(name)->samples()) {
          const int rank = inputs[0].rank();
          if (!sample.inputs.empty() && sample.inputs[0].shape.rank() != rank && name != "global_norm") continue;
          Case c{find_op(name), sample.attributes, {}};
          for (const Shape& shape : inputs) c.inputs.push_back(draw({shape}, -1, 1));
          const GraphNode node = node_of(c);
          const double made_of =
              double(c.inputs[0].size()) / double(std::max<int64_t>(node.outputs[0].shape.size().value(), 1));
          expect_right(c, kernels, 1e-6 * std::max(made_of, 1.0));
        }
  });
}

// The same bits as the reference draws, wherever a range begins and however many blocks are made at a time.
TEST(CpuTest, RandomNumbersAreTheReferences) {
  for_each_target([](const std::vector<Kernel>& kernels) {
    for (const Op* op : all_ops()) {
      if (!op->random || !op->samples) continue;
      for (const int64_t size : {0, 1, 5, 63, 64, 65, 1000, 40007}) {
        const Shape shape{size};
        GraphNode node{op, op->samples()[0].attributes, {}, {Spec{shape}}, nullptr, 3};
        const KernelQuery query{node, {}, 3};
        const Kernel* kernel = find_kernel(query, kernels);
        if (!kernel) continue;
        set_threads(3);
        cajal::Run run;
        run.seed = 5;
        const Tensor wanted = run_reference(node, {}, run, 0)[0];
        EXPECT_TRUE(identical(run_kernel(*kernel, query, {})[0], wanted)) << op->name << " of " << size;
      }
    }
  });
}

// A normalization has its shapes of x, of gamma, of the statistics.
TEST(CpuTest, LargerNormalizations) {
  for_each_target([](const std::vector<Kernel>& kernels) {
    Draw draw;
    for (const char* name : {"batch_norm_training", "batch_norm_gradient", "layer_norm", "layer_norm_gradient"})
      for (auto [rows, columns] : std::vector<std::pair<int64_t, int64_t>>{{1000, 33}, {67, 130}, {3000, 64}, {5, 1}}) {
        const Op& op = *find_op(name);
        const bool batch = std::string(name).starts_with("batch");
        const Shape whole{rows, columns}, kept{batch ? columns : rows}, parameter{columns};
        for (const Sample& sample : op.samples()) {
          if (sample.inputs[0].shape.rank() != 2) continue;
          if ((sample.inputs[1].shape == Shape{sample.inputs[0].shape[1]}) == false) continue;
          Case c{&op, sample.attributes, {draw({whole}, 2, 4)}};
          for (size_t i = 1; i < sample.inputs.size(); ++i) {
            const bool is_whole = sample.inputs[i].shape.rank() == 2,
                       is_statistic = i >= 2 && sample.inputs.size() == 5;
            c.inputs.push_back(draw({is_whole ? whole : is_statistic ? kept : parameter}, 0.5, 1.5));
          }
          EXPECT_TRUE(expect_right(c, kernels, 1e-5 * double(std::max(rows, columns)))) << name;
        }
      }
  });
}

// ------------------------------------------------------------------------------------------------ fused batch norm

// Images of so many pixels, with windows that reach all of them or leave some out.
struct Images {
  Shape shape;
  std::vector<int64_t> window;
};
const std::vector<Images> images = {{{2, 4, 6, 3}, {2, 2}}, {{3, 9, 7, 33}, {2, 2}}, {{5, 12, 8, 64}, {3, 2}}};

PoolAttributes side_by_side(const std::vector<int64_t>& window) { return {window, window, {0, 0}, {0, 0}, {1, 1}}; }

TEST(CpuTest, FusedBatchNorms) {
  using Residual = FusedBatchNorm::Residual;
  for_each_target([](const std::vector<Kernel>& kernels) {
    Draw draw;
    for (const Images& image : images)
      for (bool pool : {false, true})
        for (auto [residual, relu, limit] :
             std::vector<std::tuple<Residual, bool, float>>{{Residual::none, false, INFINITY},
                                                            {Residual::none, true, INFINITY},
                                                            {Residual::none, true, 6},
                                                            {Residual::before_relu, true, INFINITY},
                                                            {Residual::before_relu, false, INFINITY},
                                                            {Residual::after_relu, true, INFINITY}}) {
          FusedBatchNorm fused;
          fused.epsilon = 0.01, fused.axes = {0, 1, 2};
          fused.residual = residual, fused.relu = relu, fused.limit = limit, fused.pool = pool;
          if (pool) fused.window = side_by_side(image.window);
          const Shape row{image.shape.back()};
          Case c{&fused_batch_norm_op(), Attributes(fused), {draw({image.shape}, 2, 4), draw({row}, 1, 9)}};
          c.inputs.push_back(draw({row}, -1, 1));
          if (residual != Residual::none) c.inputs.push_back(draw({image.shape}, -1, 1));
          EXPECT_TRUE(expect_right(c, kernels, 1e-4));
        }
  });
}

TEST(CpuTest, FusedBatchNormGradients) {
  using Mask = FusedBatchNormGradient::Mask;
  for_each_target([](const std::vector<Kernel>& kernels) {
    Draw draw;
    for (const Images& image : images)
      for (auto [mask, pool, masked, limit] :
           std::vector<std::tuple<Mask, bool, bool, float>>{{Mask::none, false, false, INFINITY},
                                                            {Mask::none, true, false, INFINITY},
                                                            {Mask::from_y, false, false, 6},
                                                            {Mask::from_y, false, true, INFINITY},
                                                            {Mask::from_x, false, false, INFINITY},
                                                            {Mask::from_x, false, true, 1},
                                                            {Mask::from_x, true, false, INFINITY}}) {
        FusedBatchNormGradient fused;
        fused.epsilon = 0.01, fused.axes = {0, 1, 2};
        fused.mask = mask, fused.limit = limit, fused.pool = pool, fused.masked = masked;
        const Shape row{image.shape.back()};
        Shape given = image.shape;
        if (pool) {
          static_cast<PoolAttributes&>(fused.window) = side_by_side(image.window);
          for (int i : {0, 1})
            fused.window.spatial.push_back(given[i + 1].value()),
                given[i + 1] = given[i + 1].value() / image.window[size_t(i)];
        }
        Case c{&fused_batch_norm_gradient_op(), Attributes(fused), {draw({image.shape}, 2, 4), draw({row}, 0.5, 1.5)}};
        c.inputs.push_back(draw({row}, 2.5, 3.5));
        c.inputs.push_back(draw({row}, 0.5, 1.5));
        c.inputs.push_back(draw({given}, -1, 1));
        if (mask == Mask::from_y) c.inputs.push_back(draw({image.shape}, -3, 9));
        if (mask == Mask::from_x) c.inputs.push_back(draw({row}, -0.5, 0.5));
        if (pool) c.inputs.push_back(draw({given, DType::uint8}, 0, double(image.window[0] * image.window[1])));
        EXPECT_TRUE(expect_right(c, kernels, 1e-4));
      }
  });
}

TEST(CpuTest, LargerProducts) {
  const std::vector<std::pair<Shape, Shape>> shapes = {{{100, 70}, {70, 130}},
                                                       {{40, 5, 60}, {60, 7}},
                                                       {{40, 9, 6}, {40, 6, 5}},
                                                       {{3, 1, 90, 80}, {4, 80, 70}},
                                                       {{2, 3, 0}, {2, 0, 4}}};
  for_each_target([&](const std::vector<Kernel>& kernels) {
    Draw draw;
    for (const auto& [a, b] : shapes)
      EXPECT_TRUE(expect_right(
          {find_op("matmul"), find_op("matmul")->samples()[0].attributes, {draw({a}, -1, 1), draw({b}, -1, 1)}},
          kernels, 1e-4));
  });
}

// ------------------------------------------------------------------------------------------------ chains

// A graph with its element-wise nodes fused, run node by node.
std::vector<Tensor> run_fused(const Graph& graph, const std::vector<Tensor>& inputs, const std::vector<Kernel>& kernels,
                              int threads, bool in_place) {
  std::vector<std::vector<Tensor>> values(graph.nodes.size());
  set_threads(threads);
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    const GraphNode& node = graph.nodes[i];
    if (node.op == &constant_op()) values[i] = {constant_value(graph, {int(i), 0})};
    for (size_t k = 0; k < graph.inputs.size(); ++k)
      if (graph.inputs[k] == int(i)) values[i] = {inputs[k]};
    if (!values[i].empty()) continue;
    KernelQuery query{node, {}, threads};
    std::vector<Tensor> arguments;
    for (Value value : node.inputs) {
      arguments.push_back(values[size_t(value.node)][size_t(value.output)]);
      query.inputs.push_back({arguments.back().shape(), arguments.back().dtype()});
    }
    const Kernel* kernel = find_kernel(query, kernels);
    cajal::Run run;
    values[i] = kernel ? run_kernel(*kernel, query, arguments, in_place) : run_reference(node, arguments, run, 0);
  }
  std::vector<Tensor> out;
  for (Value value : graph.outputs) out.push_back(values[size_t(value.node)][size_t(value.output)]);
  return out;
}

TEST(CpuTest, ChainsWithRowsColumnsAndScalars) {
  for_each_target([](const std::vector<Kernel>& kernels) {
    const Backend backend{"cpu", kernels, cpu::find_block, true, true};
    Draw draw;
    for (auto [rows, columns] : std::vector<std::pair<int64_t, int64_t>>{{1, 1},
                                                                         {32, 16},
                                                                         {3, 1024},
                                                                         {7, 1025},
                                                                         {5, 5000},
                                                                         {1000, 3},
                                                                         {300, 257},
                                                                         {1, 4099},
                                                                         {4099, 1},
                                                                         {0, 3},
                                                                         {700, 512}}) {
      const Var x = placeholder({rows, columns}), row = placeholder({columns}), column = placeholder({rows, 1});
      const Var scalar = placeholder({});
      const Var y = relu(x * scalar + row), chosen = where(greater(y, column), y - column, tanh(x) * row);
      Graph graph = Graph::of({x, row, column, scalar}, {y, chosen, cast(greater(chosen, 0.5), DType::float32)});
      const std::vector<Tensor> inputs = {draw({{rows, columns}}, -1, 1), draw({{columns}}, -1, 1),
                                          draw({{rows, 1}}, -1, 1), draw({{}}, 0.5, 1)};
      const std::vector<Tensor> wanted = evaluate(in_double(graph), in_double(inputs));
      fuse_elementwise(graph, backend, Fusion::full);
      const std::vector<Tensor> one = run_fused(graph, inputs, kernels, 1, false);
      const std::string what = "chain " + std::to_string(rows) + " x " + std::to_string(columns);
      for (size_t i = 0; i < 2; ++i) EXPECT_LE(error_of(one[i], wanted[i], 2e-6), 1) << what << ", output " << i;
      expect_same_bits(run_fused(graph, inputs, kernels, 1, true), one, what + " in place");
      for (int count : {2, 3})
        expect_same_bits(run_fused(graph, inputs, kernels, count, false), one, what + " threads");
    }
  });
}

// One value for all pixels of an image's channel, as a mean over the pixels is.
TEST(CpuTest, ChainsWithRepeatedRows) {
  for_each_target([](const std::vector<Kernel>& kernels) {
    const Backend backend{"cpu", kernels, cpu::find_block, true, true};
    Draw draw;
    for (const Shape& shape : {Shape{3, 4, 5}, Shape{2, 7, 64}, Shape{5, 30, 3}, Shape{2, 3, 3000}, Shape{40, 50, 33},
                               Shape{7, 9, 1}, Shape{1, 6, 4}}) {
      const Shape one_row{shape[0], 1, shape[2]};
      const Var x = placeholder(shape), middle = placeholder(one_row), row = placeholder({shape[2]});
      Graph graph = Graph::of({x, middle, row}, {where(greater(x, middle), x * middle, row) + middle});
      const std::vector<Tensor> inputs = {draw({shape}, -1, 1), draw({one_row}, -1, 1), draw({{shape[2]}}, -1, 1)};
      const std::vector<Tensor> wanted = evaluate(in_double(graph), in_double(inputs));
      fuse_elementwise(graph, backend, Fusion::full);
      EXPECT_EQ(graph.nodes.size(), 4u) << "one chain";
      const std::vector<Tensor> one = run_fused(graph, inputs, kernels, 1, false);
      const std::string what = "rows of " + shape.text();
      EXPECT_LE(error_of(one[0], wanted[0], 2e-6), 1) << what;
      expect_same_bits(run_fused(graph, inputs, kernels, 1, true), one, what + " in place");
      expect_same_bits(run_fused(graph, inputs, kernels, 3, false), one, what + " threads");
    }
  });
}

}  // namespace
}  // namespace cajal
