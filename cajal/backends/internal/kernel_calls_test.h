// For tests of backends: single ops carried out by one of them, against the reference in double and the single steps.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "cajal/base/parallel.h"
#include "cajal/graph/reference_run.h"
#include "cajal/ops/convolution.h"
#include "cajal/ops/convolution_attributes.h"
#include "cajal/ops/linear_algebra_attributes.h"
#include "cajal/ops/table.h"
#include "cajal/program/fused.h"
#include "cajal/program/plan.h"

namespace cajal::kernel_calls {

inline Tensor draw(const Shape& shape, uint64_t seed, DType dtype = DType::float32) {
  Tensor out(shape, DType::float32);
  uint64_t state = seed * 2654435761u + 12345;
  for (int64_t i = 0; i < out.size(); ++i) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    out.data<float>()[i] = float(double(state >> 40) * 0x1p-23 - 1);
  }
  return out.cast(dtype);
}

inline std::vector<Tensor> in_double(std::vector<Tensor> tensors) {
  for (Tensor& tensor : tensors) tensor = tensor.cast(DType::float64);
  return tensors;
}

inline std::vector<Tensor> absolute(std::vector<Tensor> tensors) {
  for (Tensor& tensor : tensors) {
    tensor = tensor.copy();
    for (int64_t i = 0; i < tensor.size(); ++i) tensor.data<double>()[i] = std::abs(tensor.data<double>()[i]);
  }
  return tensors;
}

struct Ran {
  std::vector<Tensor> values;
  int own = 0;  // steps that the backend carries out
};

inline Ran run(const Backend& backend, const Graph& graph, const std::vector<Tensor>& inputs, int count,
               Memory memory) {
  set_threads(count);
  CompileOptions options;
  options.memory = memory;
  options.backends = {&backend, &reference_backend()};
  const auto plan = compile(graph, Bindings(), options);
  Instance instance(plan);
  for (size_t i = 0; i < inputs.size(); ++i) instance.feed(int(i), inputs[i]);
  instance.run();
  Ran out;
  for (size_t i = 0; i < graph.outputs.size(); ++i) out.values.push_back(instance.output(int(i)).copy());
  for (const Step& step : plan->steps) out.own += step.name.starts_with(std::string(backend.name) + " ");
  return out;
}

// The largest error relative to the sum of the absolute products.
inline double error_of(const Tensor& given, const Tensor& wanted, const Tensor& scale) {
  const Tensor a = given.cast(DType::float64);
  double worst = 0;
  for (int64_t i = 0; i < a.size(); ++i) {
    const double error = std::abs(a.data<double>()[i] - wanted.data<double>()[i]);
    worst = std::isnan(error) ? 1e30 : std::max(worst, error / (scale.data<double>()[i] + 1e-30));
  }
  return worst;
}

// One op: right, in its memory only, the same bits for any number of threads. False where the backend has
// no kernel for it.
inline bool expect_right(const Backend& backend, const Op& op, const Attributes& attributes,
                         const std::vector<Tensor>& inputs) {
  std::vector<Var> placeholders;
  std::string what = std::string(op.name) + "(" + attributes.text() + ")";
  for (const Tensor& input : inputs) {
    placeholders.push_back(placeholder(input.shape(), input.dtype()));
    what += " " + input.shape().text();
  }
  const Graph graph = Graph::of(placeholders, {record(op, attributes, placeholders)});
  const Ran one = run(backend, graph, inputs, 1, Memory::guard);
  if (one.own == 0) return false;
  GraphNode node{&op, attributes, {}, {Spec{one.values[0].shape(), DType::float64}}, nullptr, 0};
  cajal::Run state;
  const Tensor wanted = run_reference(node, in_double(inputs), state, 0)[0];
  const Tensor scale = run_reference(node, absolute(in_double(inputs)), state, 0)[0];
  EXPECT_LE(error_of(one.values[0], wanted, scale), 1e-5) << what;
  for (int count : {2, 3})
    EXPECT_TRUE(identical(run(backend, graph, inputs, count, Memory::tight).values[0], one.values[0]))
        << what << " with " << count << " threads";
  return true;
}

struct Case {
  Shape image, kernel;
  ConvAttributes attributes;
};

// Images, rows and places that are cut; strides, dilation and groups among them.
inline const std::vector<Case>& cases() {
  static const std::vector<Case> all = {
      {{13, 16, 16, 16}, {3, 3, 16, 48}, {{1, 1}, {1, 1}, {1, 1}, {1, 1}}},
      {{16, 14, 14, 3}, {3, 3, 3, 64}, {{1, 1}, {0, 0}, {0, 0}, {1, 1}}},
      {{1, 65, 40, 16}, {3, 3, 16, 32}, {{1, 1}, {1, 1}, {1, 1}, {1, 1}}},
      {{2, 64, 40, 16}, {5, 5, 16, 32}, {{2, 2}, {1, 1}, {2, 2}, {1, 1}}},
      {{1, 70, 33, 32}, {3, 3, 32, 32}, {{1, 1}, {2, 2}, {2, 2}, {2, 2}}},
      {{4, 24, 24, 64}, {1, 1, 64, 96}, {{1, 1}, {0, 0}, {0, 0}, {1, 1}}},
      {{4, 24, 24, 64}, {1, 1, 64, 32}, {{2, 2}, {0, 0}, {0, 0}, {1, 1}}},
      {{8, 28, 28, 64}, {3, 3, 1, 64}, {{1, 1}, {1, 1}, {1, 1}, {1, 1}, 64}},
      {{8, 28, 28, 64}, {3, 3, 1, 64}, {{2, 2}, {0, 0}, {1, 1}, {1, 1}, 64}},
      {{4, 20, 20, 64}, {3, 3, 16, 64}, {{1, 1}, {1, 1}, {1, 1}, {1, 1}, 4}},
      {{16, 200, 16}, {7, 16, 32}, {{1}, {3}, {3}, {1}}},
      {{3, 4, 4, 128}, {3, 3, 128, 256}, {{1, 1}, {1, 1}, {1, 1}, {1, 1}}},
      {{1, 56, 56, 64}, {1, 1, 64, 128}, {{2, 2}, {0, 0}, {0, 0}, {1, 1}}},
  };
  return all;
}

inline Shape result_shape(const Case& c) {
  return find_op("conv")->infer(Attributes(c.attributes), std::vector<Spec>{{c.image}, {c.kernel}})[0].shape;
}

inline ConvGradientAttributes gradient_attributes(const Case& c, const Shape& spatial_of, int from) {
  return {c.attributes, spatial_of.slice(from, from + c.image.rank() - 2).ints()};
}

// A graph of one node, whose output has the type that a pass over the graph would give it.
inline Graph typed_graph(const Op& op, const Attributes& attributes, const std::vector<Tensor>& inputs, DType output) {
  std::vector<Var> placeholders;
  for (const Tensor& input : inputs) placeholders.push_back(placeholder(input.shape(), input.dtype()));
  Graph graph = Graph::of(placeholders, record_all(op, attributes, placeholders));
  Specs& made = graph.nodes[size_t(graph.outputs[0].node)].outputs;
  made[0].dtype = output;
  if (made.size() > 1) made[1].dtype = DType::float32;
  return graph;
}

// Whether a kernel of the backend takes the graph's last node: the reference does not know such types.
inline bool takes(const Graph& graph, const Backend& backend) {
  const GraphNode& node = graph.nodes[size_t(graph.outputs[0].node)];
  KernelQuery query{node, {}, 2};
  for (Value input : node.inputs) query.inputs.push_back(graph.spec(input));
  return std::any_of(backend.kernels.begin(), backend.kernels.end(),
                     [&](const Kernel& kernel) { return kernel.op == node.op->name && kernel.supports(query); });
}

inline std::vector<Tensor> in_bfloat16(std::vector<Tensor> tensors) {
  for (Tensor& tensor : tensors) tensor = tensor.cast(DType::bfloat16);
  return tensors;
}

// One op with bfloat16 operands: right, in its memory only, the same bits for any number of threads; what is stored as
// bfloat16 is the float32 result, rounded. False where the
// backend has no kernel for it.
inline bool expect_right_in_bfloat16(const Backend& backend, const Op& op, const Attributes& attributes,
                                     const std::vector<Tensor>& inputs) {
  std::string what = std::string(op.name) + "(" + attributes.text() + ")";
  for (const Tensor& input : inputs) what += " " + input.shape().text();
  const Graph graph = typed_graph(op, attributes, inputs, DType::float32);
  if (!takes(graph, backend)) return false;
  const Tensor one = run(backend, graph, inputs, 1, Memory::guard).values[0];
  GraphNode node{&op, attributes, {}, {Spec{one.shape(), DType::float64}}, nullptr, 0};
  cajal::Run state;
  const Tensor wanted = run_reference(node, in_double(inputs), state, 0)[0];
  const Tensor scale = run_reference(node, absolute(in_double(inputs)), state, 0)[0];
  EXPECT_LE(error_of(one, wanted, scale), 1e-5) << what;
  for (int count : {2, 3})
    EXPECT_TRUE(identical(run(backend, graph, inputs, count, Memory::tight).values[0], one))
        << what << " with " << count << " threads";
  const Graph rounding = typed_graph(op, attributes, inputs, DType::bfloat16);
  EXPECT_EQ(takes(rounding, backend), op.name != "conv_kernel_gradient") << what;
  if (op.name == "conv_kernel_gradient") return true;
  const Tensor rounded = run(backend, rounding, inputs, 1, Memory::guard).values[0];
  EXPECT_TRUE(identical(rounded, one.cast(DType::bfloat16))) << what;
  EXPECT_LE(error_of(rounded, wanted, scale), 0x1p-7) << what;
  EXPECT_TRUE(identical(run(backend, rounding, inputs, 3, Memory::tight).values[0], rounded)) << what;
  return true;
}

// The float32 result of a product or a convolution, and the steps that stand behind it, each by itself; then the cast.
inline Tensor stepped(Tensor y, const Tensor& bias, const Tensor& residual, const Tensor& mask, bool relu) {
  y = y.copy();
  const int64_t channels = y.shape().back().value();
  for (int64_t i = 0; i < y.size(); ++i) {
    float& v = y.data<float>()[i];
    if (bias.defined()) v += bias.data<float>()[i % channels];
    if (residual.defined()) v += residual.data<float>()[i];
    if (relu) v = v < 0 ? 0 : v;
    if (mask.defined() && !(mask.data<float>()[i] > 0)) v = 0;
  }
  return y;
}

// The samples of the ops.
inline void expect_samples_of_every_convolution(const Backend& backend) {
  int proved = 0;
  for (const char* name : {"conv", "conv_input_gradient", "conv_kernel_gradient"})
    for (const Sample& sample : find_op(name)->samples()) {
      if (sample.inputs[0].dtype != DType::float32) continue;
      std::vector<Tensor> inputs;
      for (const Spec& spec : sample.inputs) inputs.push_back(draw(spec.shape, inputs.size() + 1, DType::bfloat16));
      proved += expect_right_in_bfloat16(backend, *find_op(name), sample.attributes, inputs);
    }
  EXPECT_GT(proved, 10);
}

// Images, rows and places that are cut.
inline void expect_larger_convolutions(const Backend& backend) {
  int proved = 0;
  for (const Case& c : cases()) {
    const auto inputs = in_bfloat16({draw(c.image, 1), draw(c.kernel, 2), draw(result_shape(c), 3)});
    const Tensor &x = inputs[0], &w = inputs[1], &dy = inputs[2];
    const Attributes image(gradient_attributes(c, c.image, 1)), kernel(gradient_attributes(c, c.kernel, 0));
    proved += expect_right_in_bfloat16(backend, *find_op("conv"), Attributes(c.attributes), {x, w});
    proved += expect_right_in_bfloat16(backend, *find_op("conv_input_gradient"), image, {dy, w});
    proved += expect_right_in_bfloat16(backend, *find_op("conv_kernel_gradient"), kernel, {x, dy});
  }
  EXPECT_GT(proved, int(cases().size()) * 2);
}

// Products of all forms.
inline void expect_products(const Backend& backend) {
  struct Sizes {
    Shape a, b;
    bool transpose_a, transpose_b;
  };
  const std::vector<Sizes> all = {
      {{128, 96}, {96, 300}, false, false}, {{64, 128}, {64, 320}, true, false},   {{128, 80}, {200, 80}, false, true},
      {{33, 70}, {19, 33}, true, true},     {{128, 512}, {512, 10}, false, false}, {{128, 512}, {128, 10}, true, false},
      {{128, 10}, {512, 10}, false, true},  {{3, 50, 64}, {64, 48}, false, false}, {{2, 3, 5, 7}, {11, 7}, false, true},
      {{1, 1}, {1, 1}, false, false},       {{600, 40}, {40, 530}, false, false},  {{5, 1}, {1, 9}, false, false},
      {{5, 784}, {1000, 784}, false, true}};
  for (const Sizes& s : all)
    EXPECT_TRUE(expect_right_in_bfloat16(backend, *find_op("matmul"),
                                         Attributes(MatmulAttributes{s.transpose_a, s.transpose_b}),
                                         in_bfloat16({draw(s.a, 1), draw(s.b, 2)})))
        << s.a.text() << " by " << s.b.text();
}

// A fused convolution is the single steps and a cast, in all types.
inline void expect_fused_convolutions(const Backend& backend) {
  const Shape result{5, 20, 20, 48};
  const auto operands = in_bfloat16({draw({5, 20, 20, 32}, 1), draw({3, 3, 32, 48}, 2)});
  const Tensor bias = draw({48}, 3), residual = draw(result, 4), mask = draw(result, 5);
  FusedConv fused;
  static_cast<ConvAttributes&>(fused) = {{1, 1}, {1, 1}, {1, 1}, {1, 1}};
  fused.op = find_op("conv"), fused.plain = Attributes(static_cast<ConvAttributes&>(fused));
  const Graph plain = typed_graph(*fused.op, fused.plain, operands, DType::float32);
  ASSERT_TRUE(takes(plain, backend));
  const Tensor y = run(backend, plain, operands, 1, Memory::keep).values[0];
  ASSERT_FALSE(std::isnan(y.data<float>()[0]));  // else all would be equal
  fused.bias = fused.residual = fused.relu = fused.mask = true;
  for (const DType more : {DType::float32, DType::bfloat16})
    for (const DType masks : {DType::float32, DType::bfloat16})
      for (const DType output : {DType::float32, DType::bfloat16}) {
        std::vector<Tensor> inputs = operands;
        for (const Tensor& next : {bias, residual.cast(more), mask.cast(masks)}) inputs.push_back(next);
        const Graph graph = typed_graph(fused_conv_op(), Attributes(fused), inputs, output);
        ASSERT_TRUE(takes(graph, backend));
        const Tensor wanted = stepped(y, bias, inputs[3].cast(DType::float32), inputs[4].cast(DType::float32), true);
        for (const int count : {1, 3})
          EXPECT_TRUE(identical(run(backend, graph, inputs, count, Memory::guard).values[0], wanted.cast(output)));
      }
}

// So is a fused product; and it gives the sums of the columns.
inline void expect_fused_products(const Backend& backend) {
  const auto operands = in_bfloat16({draw({300, 70}, 1), draw({70, 290}, 2)});
  const Tensor bias = draw({290}, 3), mask = draw({300, 290}, 5);
  const Graph plain = typed_graph(*find_op("matmul"), Attributes(MatmulAttributes{}), operands, DType::float32);
  ASSERT_TRUE(takes(plain, backend));
  const Tensor y = run(backend, plain, operands, 1, Memory::keep).values[0];
  ASSERT_FALSE(std::isnan(y.data<float>()[0]));  // else all would be equal
  Tensor sums;
  for (const DType masks : {DType::float32, DType::bfloat16})
    for (const DType output : {DType::float32, DType::bfloat16})
      for (const int count : {1, 2, 3}) {
        const FusedMatmul fused{.bias = true, .relu = true, .mask = true, .column_sums = true};
        const std::vector<Tensor> inputs = {operands[0], operands[1], bias, mask.cast(masks)};
        const Graph graph = typed_graph(fused_matmul_op(), Attributes(fused), inputs, output);
        ASSERT_TRUE(takes(graph, backend));
        const auto given = run(backend, graph, inputs, count, Memory::guard).values;
        const Tensor wanted = stepped(y, bias, {}, inputs[3].cast(DType::float32), true);
        EXPECT_TRUE(identical(given[0], wanted.cast(output)));
        EXPECT_TRUE(!sums.defined() || identical(given[1], sums));
        sums = given[1];
      }
  for (int64_t c = 0; c < 290; ++c) {
    double wanted = 0;
    for (int64_t r = 0; r < 70; ++r) wanted += double(float(operands[1].data<bfloat16>()[r * 290 + c]));
    EXPECT_NEAR(sums.data<float>()[c], wanted, 1e-4);
  }
}

}  // namespace cajal::kernel_calls
