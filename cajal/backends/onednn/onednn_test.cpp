// Every kernel of the oneDNN backend against the reference in double, on the ops' own samples and on larger shapes; the
// same bits for any number of threads, and no thread of the library's own.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "cajal/backends/onednn/backend.h"
#include "cajal/backends/onednn/internal/choice.h"
#include "cajal/backends/onednn/internal/finish.h"
#include "cajal/backends/onednn/internal/kernels.h"
#include "cajal/backends/onednn/internal/pieces.h"
#include "cajal/base/parallel.h"
#include "cajal/graph/reference_run.h"
#include "cajal/ops/activation.h"
#include "cajal/ops/convolution.h"
#include "cajal/ops/convolution_attributes.h"
#include "cajal/ops/elementwise.h"
#include "cajal/ops/table.h"
#include "cajal/program/plan.h"

namespace cajal {
namespace {

const Backend& every_shape() {
  static const std::vector<Kernel> kernels = onednn::all_kernels(onednn::Choice::everything);
  static const Backend backend{.name = "onednn", .kernels = kernels, .fuses_conv = true};
  return backend;
}

class OneDnnTest : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string reason = why_no_onednn(); !reason.empty()) GTEST_SKIP() << reason;
  }
  void TearDown() override { set_threads(before_); }
  int before_ = threads();
};

Tensor draw(const Shape& shape, uint64_t seed, DType dtype = DType::float32) {
  Tensor out(shape, DType::float32);
  uint64_t state = seed * 2654435761u + 12345;
  for (int64_t i = 0; i < out.size(); ++i) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    out.data<float>()[i] = float(double(state >> 40) * 0x1p-23 - 1);
  }
  return out.cast(dtype);
}

std::vector<Tensor> in_double(std::vector<Tensor> tensors) {
  for (Tensor& tensor : tensors) tensor = tensor.cast(DType::float64);
  return tensors;
}

std::vector<Tensor> absolute(std::vector<Tensor> tensors) {
  for (Tensor& tensor : tensors) {
    tensor = tensor.copy();
    for (int64_t i = 0; i < tensor.size(); ++i) tensor.data<double>()[i] = std::abs(tensor.data<double>()[i]);
  }
  return tensors;
}

struct Ran {
  std::vector<Tensor> values;
  int own = 0;  // steps that this backend carries out
};

Ran run(const Graph& graph, const std::vector<Tensor>& inputs, int count, Memory memory) {
  set_threads(count);
  CompileOptions options;
  options.memory = memory;
  options.backends = {&every_shape(), &reference_backend()};
  const auto plan = compile(graph, Bindings(), options);
  Instance instance(plan);
  for (size_t i = 0; i < inputs.size(); ++i) instance.feed(int(i), inputs[i]);
  instance.run();
  Ran out;
  for (size_t i = 0; i < graph.outputs.size(); ++i) out.values.push_back(instance.output(int(i)).copy());
  for (const Step& step : plan->steps) out.own += step.name.starts_with("onednn ");
  return out;
}

// The largest error relative to the sum of the absolute products.
double error_of(const Tensor& given, const Tensor& wanted, const Tensor& scale) {
  const Tensor a = given.cast(DType::float64);
  double worst = 0;
  for (int64_t i = 0; i < a.size(); ++i) {
    const double error = std::abs(a.data<double>()[i] - wanted.data<double>()[i]);
    worst = std::isnan(error) ? 1e30 : std::max(worst, error / (scale.data<double>()[i] + 1e-30));
  }
  return worst;
}

// One op: right, in its memory only, the same bits for any number of threads. False where the library has nothing fast.
bool expect_right(const Op& op, const Attributes& attributes, const std::vector<Tensor>& inputs) {
  std::vector<Var> placeholders;
  std::string what = std::string(op.name) + "(" + attributes.text() + ")";
  for (const Tensor& input : inputs) {
    placeholders.push_back(placeholder(input.shape(), input.dtype()));
    what += " " + input.shape().text();
  }
  const Graph graph = Graph::of(placeholders, {record(op, attributes, placeholders)});
  const Ran one = run(graph, inputs, 1, Memory::guard);
  if (one.own == 0) return false;
  GraphNode node{&op, attributes, {}, {Spec{one.values[0].shape(), DType::float64}}, nullptr, 0};
  cajal::Run state;
  const Tensor wanted = run_reference(node, in_double(inputs), state, 0)[0];
  const Tensor scale = run_reference(node, absolute(in_double(inputs)), state, 0)[0];
  EXPECT_LE(error_of(one.values[0], wanted, scale), 1e-5) << what;
  for (int count : {2, 3})
    EXPECT_TRUE(identical(run(graph, inputs, count, Memory::tight).values[0], one.values[0]))
        << what << " with " << count << " threads";
  return true;
}

// ------------------------------------------------------------------------------------------------ single ops

TEST_F(OneDnnTest, SamplesOfEveryOp) {
  int proved = 0;
  for (const char* name : {"conv", "conv_input_gradient", "conv_kernel_gradient"})
    for (const Sample& sample : find_op(name)->samples()) {
      std::vector<Tensor> inputs;
      for (const Spec& spec : sample.inputs) inputs.push_back(draw(spec.shape, inputs.size() + 1, spec.dtype));
      const bool is_float32 = sample.inputs[0].dtype == DType::float32;
      proved += is_float32 && expect_right(*find_op(name), sample.attributes, inputs);
    }
  EXPECT_GT(proved, 10);
}

struct Case {
  Shape image, kernel;
  ConvAttributes attributes;
};

// Images, rows and places that are cut; strides, dilation and groups among them.
const std::vector<Case>& cases() {
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
  };
  return all;
}

Shape result_shape(const Case& c) {
  return find_op("conv")->infer(Attributes(c.attributes), std::vector<Spec>{{c.image}, {c.kernel}})[0].shape;
}

ConvGradientAttributes gradient_attributes(const Case& c, const Shape& spatial_of, int from) {
  return {c.attributes, spatial_of.slice(from, from + c.image.rank() - 2).ints()};
}

TEST_F(OneDnnTest, LargerShapes) {
  int proved = 0;
  for (const Case& c : cases()) {
    const Tensor x = draw(c.image, 1), w = draw(c.kernel, 2), dy = draw(result_shape(c), 3);
    proved += expect_right(*find_op("conv"), Attributes(c.attributes), {x, w});
    proved += expect_right(*find_op("conv_input_gradient"), Attributes(gradient_attributes(c, c.image, 1)), {dy, w});
    proved += expect_right(*find_op("conv_kernel_gradient"), Attributes(gradient_attributes(c, c.kernel, 0)), {x, dy});
  }
  EXPECT_GT(proved, int(cases().size()) * 2);
}

// ------------------------------------------------------------------------------------------------ what stands behind

// With and without fusion, the same bits.
TEST_F(OneDnnTest, FusedFormsHaveTheBitsOfTheSingleOps) {
  const Var x = placeholder({5, 20, 20, 32}), w = placeholder({3, 3, 32, 48}), bias = placeholder({48});
  const Var more = placeholder({5, 20, 20, 48});
  const Var plain = conv(x, w, {1}, "same");
  const std::vector<Tensor> inputs = {draw({5, 20, 20, 32}, 1), draw({3, 3, 32, 48}, 2), draw({48}, 3),
                                      draw({5, 20, 20, 48}, 4)};
  for (const Var& y : {relu(plain + bias), plain + bias, relu6(plain + bias), relu(plain + bias + more), relu(plain)}) {
    const Graph graph = Graph::of({x, w, bias, more}, {y});
    const Ran kept = run(graph, inputs, 1, Memory::keep), fused = run(graph, inputs, 1, Memory::guard);
    EXPECT_EQ(fused.own, 1);
    EXPECT_TRUE(identical(fused.values[0], kept.values[0]));
    EXPECT_TRUE(identical(run(graph, inputs, 2, Memory::tight).values[0], kept.values[0]));
  }
}

TEST(OneDnnFinish, DoesWhatItsWordsSay) {
  const int64_t channels = 7, rows = 1000, count = channels * rows;
  const Tensor bias = draw({channels}, 1), scale = draw({channels}, 2), shift = draw({channels}, 3);
  const Tensor residual = draw({count}, 4), mask = draw({count}, 5), before = draw({count}, 6);
  for (int which = 0; which < 64; ++which) {
    const auto has = [&](int bit, const Tensor& t) { return which >> bit & 1 ? t.data<float>() : nullptr; };
    onednn::Finish steps{has(0, bias),     has(1, scale), has(1, shift),
                         has(2, residual), has(3, mask),  (which >> 4 & 1) != 0};
    if (which >> 5 & 1) steps.limit = 0.5f;
    Tensor y = before.copy();
    onednn::finish(steps, y.data<float>(), channels, 3 * channels, count - 5 * channels);
    for (int64_t i = 0; i < count; ++i) {
      float v = before.data<float>()[i];
      if (i >= 3 * channels && i < count - 2 * channels) {
        const int64_t c = i % channels;
        if (steps.bias) v = v + steps.bias[c];
        if (steps.scale) v = v * steps.scale[c], v = v + steps.shift[c];
        if (steps.residual) v = v + steps.residual[i];
        if (steps.relu) v = std::clamp(v, 0.0f, steps.limit);
        if (steps.mask && !(steps.mask[i] > 0 && (std::isinf(steps.limit) || steps.mask[i] < steps.limit))) v = 0;
      }
      ASSERT_EQ(y.data<float>()[i], v) << "steps " << which << ", element " << i;
    }
  }
}

// ------------------------------------------------------------------------------------------------ threads

int64_t threads_of_process() {
  const std::filesystem::directory_iterator tasks("/proc/self/task");
  return std::distance(begin(tasks), end(tasks));
}

TEST_F(OneDnnTest, NoThreadOfTheLibraryIsEverStarted) {
  set_threads(4);
  parallel_for(64, 1, [](int64_t, int64_t) {});  // Cajal's own team is there
  const int64_t before = threads_of_process();
  for (const Case& c : cases()) {
    const Var x = placeholder(c.image), w = placeholder(c.kernel);
    const Var y = record(*find_op("conv"), Attributes(c.attributes), {x, w});
    for (int count : {1, 4}) run(Graph::of({x, w}, {y}), {draw(c.image, 1), draw(c.kernel, 2)}, count, Memory::tight);
    EXPECT_EQ(threads_of_process(), before);
  }
}

// ------------------------------------------------------------------------------------------------ pieces

// The elements of images and results that the pieces have, in all. Each lies within the whole; outputs side by side.
std::pair<int64_t, int64_t> elements_of_pieces(onednn::Kind kind, const onednn::ConvSizes& whole) {
  int64_t images = 0, results = 0;
  for (const onednn::ConvPiece& piece : onednn::cut(kind, whole)) {
    const int64_t image = piece.sizes.batch * piece.sizes.image_size();
    const int64_t result = piece.sizes.batch * piece.sizes.result_size();
    EXPECT_TRUE(kind != onednn::Kind::forward || piece.result == results);
    EXPECT_TRUE(kind != onednn::Kind::input_gradient || piece.image == images);
    EXPECT_TRUE(piece.image >= 0 && piece.image + image <= whole.batch * whole.image_size());
    EXPECT_TRUE(piece.result >= 0 && piece.result + result <= whole.batch * whole.result_size());
    images += image, results += result;
  }
  return {images, results};
}

TEST(OneDnnPieces, CoverTheOutputOnce) {
  using onednn::Kind;
  for (const Kind kind : {Kind::forward, Kind::input_gradient, Kind::kernel_gradient})
    for (int64_t batch : {1, 2, 7, 128})
      for (int64_t size : {1, 4, 17, 64, 200})
        for (int64_t kernel : {1, 3, 5})
          for (int64_t stride : {1, 2, 3}) {
            const int64_t low = kernel / 2, result = (size + 2 * low - kernel) / stride + 1;
            const onednn::Axis axis{size, kernel, result, stride, low, 1};
            const onednn::ConvSizes s{batch, 24, 40, 1, axis, axis};
            const auto [images, results] = elements_of_pieces(kind, s);
            EXPECT_TRUE(kind == Kind::input_gradient || results == batch * s.result_size());
            EXPECT_TRUE(kind == Kind::forward || images == batch * s.image_size());
          }
}

// ------------------------------------------------------------------------------------------------ the table

TEST(OneDnnChoice, FollowsFromKindOfCpuAndClassOfShape) {
  using namespace onednn;
  const Axis three{32, 3, 32, 1, 1, 1}, strided{32, 3, 16, 2, 1, 1}, one{32, 1, 32, 1, 0, 1};
  const ConvSizes first{8, 3, 32, 1, three, three}, wide{8, 64, 64, 1, three, three},
      half{8, 64, 64, 1, strided, strided};
  const ConvSizes depthwise{8, 64, 64, 64, three, three}, product{8, 64, 64, 1, one, one}, few{1, 64, 64, 1, one, {}};
  const ConvSizes one_image{1, 64, 64, 64, three, three}, some{3, 64, 64, 1, one, one};
  EXPECT_EQ(class_of(first), ShapeClass::first_winograd);
  EXPECT_EQ(class_of(wide), ShapeClass::winograd);
  EXPECT_EQ(class_of(half), ShapeClass::strided);
  EXPECT_EQ(class_of(depthwise), ShapeClass::depthwise);
  EXPECT_EQ(class_of(product), ShapeClass::pointwise);
  EXPECT_EQ(class_of(few), ShapeClass::pointwise_few);
  EXPECT_EQ(class_of(one_image), ShapeClass::depthwise_few);
  EXPECT_EQ(class_of(some), ShapeClass::pointwise_some);
  EXPECT_FALSE(is_chosen(Kind::forward, one_image, "AVX-512"));
  EXPECT_FALSE(is_chosen(Kind::kernel_gradient, some, "AVX-512"));
  EXPECT_TRUE(is_chosen(Kind::forward, first, "AVX-512"));
  EXPECT_FALSE(is_chosen(Kind::forward, wide, "AVX-512"));
  EXPECT_FALSE(is_chosen(Kind::forward, first, "another CPU"));
}

}  // namespace
}  // namespace cajal
