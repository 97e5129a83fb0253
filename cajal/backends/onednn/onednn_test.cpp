// Every kernel of the oneDNN backend against the reference in double, on the ops' own samples and on larger shapes, in
// float32 and bfloat16; the same bits for any number of threads, and no thread of the library's own.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "cajal/backends/onednn/backend.h"
#include "cajal/backends/onednn/internal/choice.h"
#include "cajal/backends/onednn/internal/finish.h"
#include "cajal/backends/onednn/internal/kernels.h"
#include "cajal/backends/onednn/internal/pieces.h"
#ifdef CAJAL_WITH_ONEDNN
#include "cajal/backends/onednn/internal/product.h"
#endif
#include "cajal/backends/internal/kernel_calls_test.h"
#include "cajal/base/parallel.h"
#include "cajal/graph/reference_run.h"
#include "cajal/ops/activation.h"
#include "cajal/ops/convolution.h"
#include "cajal/ops/convolution_attributes.h"
#include "cajal/ops/elementwise.h"
#include "cajal/ops/linear_algebra_attributes.h"
#include "cajal/ops/table.h"
#include "cajal/program/fused.h"
#include "cajal/program/plan.h"

namespace cajal {
namespace {

using namespace kernel_calls;

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

// ------------------------------------------------------------------------------------------------ single ops

TEST_F(OneDnnTest, SamplesOfEveryOp) {
  int proved = 0;
  for (const char* name : {"conv", "conv_input_gradient", "conv_kernel_gradient"})
    for (const Sample& sample : find_op(name)->samples()) {
      std::vector<Tensor> inputs;
      for (const Spec& spec : sample.inputs) inputs.push_back(draw(spec.shape, inputs.size() + 1, spec.dtype));
      const bool is_float32 = sample.inputs[0].dtype == DType::float32;
      proved += is_float32 && expect_right(every_shape(), *find_op(name), sample.attributes, inputs);
    }
  EXPECT_GT(proved, 10);
}

TEST_F(OneDnnTest, LargerShapes) {
  int proved = 0;
  for (const Case& c : cases()) {
    const Tensor x = draw(c.image, 1), w = draw(c.kernel, 2), dy = draw(result_shape(c), 3);
    proved += expect_right(every_shape(), *find_op("conv"), Attributes(c.attributes), {x, w});
    proved += expect_right(every_shape(), *find_op("conv_input_gradient"),
                           Attributes(gradient_attributes(c, c.image, 1)), {dy, w});
    proved += expect_right(every_shape(), *find_op("conv_kernel_gradient"),
                           Attributes(gradient_attributes(c, c.kernel, 0)), {x, dy});
  }
  EXPECT_GT(proved, int(cases().size()) * 2);
}

// What ResNet-50 shrinks its images by: with AVX-512 the first choice for pieces of 17 rows wants another kernel than
// for those of 19, and each refuses the other's.
TEST_F(OneDnnTest, PiecesOfUnequalRowsShareAKernel) {
  if (onednn::cpu_kind().empty()) GTEST_SKIP() << "the library has only its plain implementation";
  const Case c{{1, 56, 56, 256}, {1, 1, 256, 512}, {{2, 2}, {0, 0}, {0, 0}, {1, 1}}};
  EXPECT_TRUE(
      expect_right(every_shape(), *find_op("conv"), Attributes(c.attributes), {draw(c.image, 1), draw(c.kernel, 2)}));
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
    const Ran kept = run(every_shape(), graph, inputs, 1, Memory::keep),
              fused = run(every_shape(), graph, inputs, 1, Memory::guard);
    EXPECT_EQ(fused.own, 1);
    EXPECT_TRUE(identical(fused.values[0], kept.values[0]));
    EXPECT_TRUE(identical(run(every_shape(), graph, inputs, 2, Memory::tight).values[0], kept.values[0]));
  }
}

TEST(OneDnnFinish, DoesWhatItsWordsSay) {
  const int64_t channels = 7, rows = 1000, count = channels * rows;
  const Tensor bias = draw({channels}, 1), scale = draw({channels}, 2), shift = draw({channels}, 3);
  const Tensor residual = draw({count}, 4), mask = draw({count}, 5), before = draw({count}, 6);
  for (int which = 0; which < 64; ++which) {
    const auto has = [&](int bit, const Tensor& t) { return which >> bit & 1 ? t.data<float>() : nullptr; };
    Finish steps{has(0, bias), has(1, scale), has(1, shift), has(2, residual), has(3, mask), (which >> 4 & 1) != 0};
    if (which >> 5 & 1) steps.limit = 0.5f;
    Tensor y = before.copy();
    onednn::finish(steps, y.data<float>() + 3 * channels, nullptr, channels, 3 * channels, count - 5 * channels);
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

TEST(OneDnnFinish, ReadsAndRoundsToBfloat16AsCastsWould) {
  const int64_t channels = 7, rows = 1000, count = channels * rows, first = 3 * channels, size = count - 5 * channels;
  const Tensor bias = draw({channels}, 1), residual = draw({count}, 4, DType::bfloat16);
  const Tensor mask = draw({count}, 5, DType::bfloat16);
  Tensor before = draw({count}, 6);
  before.data<float>()[first] = std::numeric_limits<float>::quiet_NaN();
  before.data<float>()[first + 1] = std::numeric_limits<float>::infinity();
  before.data<float>()[first + 2] = 1e-40f;
  const Tensor wide_residual = residual.cast(DType::float32), wide_mask = mask.cast(DType::float32);
  for (const bool relu : {false, true}) {
    const Finish wide{.bias = bias.data<float>(),
                      .residual = wide_residual.data<float>(),
                      .mask = wide_mask.data<float>(),
                      .relu = relu};
    const Finish half{.bias = bias.data<float>(),
                      .relu = relu,
                      .half_residual = residual.data<bfloat16>(),
                      .half_mask = mask.data<bfloat16>()};
    Tensor wanted = before.copy(), given = before.copy(), rounded = before.cast(DType::bfloat16);
    onednn::finish(wide, wanted.data<float>() + first, nullptr, channels, first, size);
    onednn::finish(half, given.data<float>() + first, rounded.data<bfloat16>() + first, channels, first, size);
    EXPECT_TRUE(identical(given, wanted));
    EXPECT_TRUE(identical(rounded, wanted.cast(DType::bfloat16)));
  }
}

TEST(OneDnnFinish, SumsColumns) {
  for (const int64_t rows : {1, 63, 64, 1000}) {
    const int64_t columns = 40, distance = 50;
    const Tensor values = draw({rows, distance}, 1, DType::bfloat16);
    std::vector<float> sums(size_t(columns), -1.0f);
    onednn::sum_columns(values.data<bfloat16>() + 5, distance, rows, columns, sums.data());
    for (int64_t c = 0; c < columns; ++c) {
      double wanted = 0;
      for (int64_t r = 0; r < rows; ++r) wanted += double(float(values.data<bfloat16>()[r * distance + 5 + c]));
      EXPECT_NEAR(sums[size_t(c)], wanted, 1e-5 * double(rows));
    }
  }
}

// ------------------------------------------------------------------------------------------------ bfloat16

class OneDnnBfloat16Test : public OneDnnTest {
 protected:
  void SetUp() override {
    if (const std::string reason = why_no_onednn_bfloat16(); !reason.empty()) GTEST_SKIP() << reason;
  }
};

TEST_F(OneDnnBfloat16Test, SamplesOfEveryConvolution) { expect_samples_of_every_convolution(every_shape()); }
TEST_F(OneDnnBfloat16Test, LargerConvolutions) { expect_larger_convolutions(every_shape()); }
TEST_F(OneDnnBfloat16Test, Products) { expect_products(every_shape()); }
TEST_F(OneDnnBfloat16Test, FusedConvolutionsAreTheSingleStepsAndACast) { expect_fused_convolutions(every_shape()); }
TEST_F(OneDnnBfloat16Test, FusedProductsAreTheSingleStepsAndACast) { expect_fused_products(every_shape()); }

// Whatever the CPU: types that no kernel is made for.
TEST_F(OneDnnTest, RefusesOtherMixedTypes) {
  const Shape image{2, 8, 8, 16}, kernel{3, 3, 16, 16};
  const Attributes conv_attributes(ConvAttributes{{1, 1}, {1, 1}, {1, 1}, {1, 1}});
  const auto float_or = [](const Shape& shape, bool half) {
    return draw(shape, 1, half ? DType::bfloat16 : DType::float32);
  };
  const auto taken = [&](bool half_x, bool half_w, DType output) {
    const std::vector<Tensor> same = {float_or(image, half_x), float_or(kernel, half_x)};
    Graph graph = typed_graph(*find_op("conv"), conv_attributes, same, output);
    const GraphNode& node = graph.nodes[size_t(graph.outputs[0].node)];
    graph.nodes[size_t(node.inputs[1].node)].outputs[0].dtype = half_w ? DType::bfloat16 : DType::float32;
    return takes(graph, every_shape());
  };
  EXPECT_TRUE(taken(false, false, DType::float32));
  EXPECT_FALSE(taken(false, false, DType::bfloat16));
  EXPECT_FALSE(taken(false, true, DType::float32));
  EXPECT_FALSE(taken(true, false, DType::float32));
  EXPECT_FALSE(taken(true, true, DType::float16));
  EXPECT_EQ(taken(true, true, DType::bfloat16), why_no_onednn_bfloat16().empty());
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
    for (int count : {1, 4})
      run(every_shape(), Graph::of({x, w}, {y}), {draw(c.image, 1), draw(c.kernel, 2)}, count, Memory::tight);
    EXPECT_EQ(threads_of_process(), before);
  }
}

// ------------------------------------------------------------------------------------------------ pieces

// The elements of images and results that the pieces have, in all. Each lies within the whole; outputs side by side.
std::pair<int64_t, int64_t> elements_of_pieces(ConvKind kind, const ConvGeometry& whole, DType operands) {
  int64_t images = 0, results = 0;
  for (const onednn::ConvPiece& piece : onednn::cut(kind, whole, operands)) {
    const int64_t image = piece.sizes.batch * piece.sizes.image_size();
    const int64_t result = piece.sizes.batch * piece.sizes.result_size();
    EXPECT_TRUE(kind != ConvKind::forward || piece.result == results);
    EXPECT_TRUE(kind != ConvKind::input_gradient || piece.image == images);
    EXPECT_TRUE(piece.image >= 0 && piece.image + image <= whole.batch * whole.image_size());
    EXPECT_TRUE(piece.result >= 0 && piece.result + result <= whole.batch * whole.result_size());
    images += image, results += result;
  }
  return {images, results};
}

TEST(OneDnnPieces, CoverTheOutputOnce) {
  for (const ConvKind kind : {ConvKind::forward, ConvKind::input_gradient, ConvKind::kernel_gradient})
    for (int64_t batch : {1, 2, 7, 128})
      for (int64_t size : {1, 4, 17, 64, 200})
        for (int64_t kernel : {1, 3, 5})
          for (int64_t stride : {1, 2, 3}) {
            const int64_t low = kernel / 2, result = (size + 2 * low - kernel) / stride + 1;
            const ConvAxis axis{size, kernel, result, stride, low, 1};
            const ConvGeometry s{batch, 24, 40, 1, axis, axis};
            for (const DType operands : {DType::float32, DType::bfloat16}) {
              const auto [images, results] = elements_of_pieces(kind, s, operands);
              EXPECT_TRUE(kind == ConvKind::input_gradient || results == batch * s.result_size());
              EXPECT_TRUE(kind == ConvKind::forward || images == batch * s.image_size());
            }
          }
}

#ifdef CAJAL_WITH_ONEDNN
TEST(OneDnnPieces, OfProductsCoverTheResultOnce) {
  for (const int64_t m : {1, 64, 128, 300, 1024})
    for (const int64_t n : {1, 10, 512, 777})
      for (const int64_t k : {1, 50, 784, 4096}) {
        std::vector<int> times(size_t(m * n));
        for (const onednn::Tile& tile : onednn::cut_product({m, n, k}))
          for (int64_t row = tile.row; row < tile.row + tile.rows; ++row)
            for (int64_t i = tile.column; i < tile.column + tile.columns; ++i) ++times[size_t(row * n + i)];
        EXPECT_EQ(std::count(times.begin(), times.end(), 1), m * n);
      }
}
#endif

// ------------------------------------------------------------------------------------------------ the table

TEST(OneDnnChoice, FollowsFromKindOfCpuAndClassOfShape) {
  using namespace onednn;
  const ConvAxis three{32, 3, 32, 1, 1, 1}, strided{32, 3, 16, 2, 1, 1}, one{32, 1, 32, 1, 0, 1};
  const ConvGeometry first{8, 3, 32, 1, three, three}, wide{8, 64, 64, 1, three, three},
      half{8, 64, 64, 1, strided, strided};
  const ConvGeometry depthwise{8, 64, 64, 64, three, three}, product{8, 64, 64, 1, one, one},
      few{1, 64, 64, 1, one, {}};
  const ConvGeometry one_image{1, 64, 64, 64, three, three}, some{3, 64, 64, 1, one, one};
  EXPECT_EQ(class_of(first), ShapeClass::first_winograd);
  EXPECT_EQ(class_of(wide), ShapeClass::winograd);
  EXPECT_EQ(class_of(half), ShapeClass::strided);
  EXPECT_EQ(class_of(depthwise), ShapeClass::depthwise);
  EXPECT_EQ(class_of(product), ShapeClass::pointwise);
  EXPECT_EQ(class_of(few), ShapeClass::pointwise_few);
  EXPECT_EQ(class_of(one_image), ShapeClass::depthwise_few);
  EXPECT_EQ(class_of(some), ShapeClass::pointwise_some);
  EXPECT_FALSE(is_chosen(ConvKind::forward, one_image, "AVX-512"));
  EXPECT_FALSE(is_chosen(ConvKind::kernel_gradient, some, "AVX-512"));
  EXPECT_FALSE(is_chosen(ConvKind::forward, first, "AVX-512"));
  EXPECT_TRUE(is_chosen(ConvKind::input_gradient, first, "AVX-512"));
  EXPECT_TRUE(is_chosen(ConvKind::input_gradient, half, "AVX-512"));
  EXPECT_FALSE(is_chosen(ConvKind::forward, wide, "AVX-512"));
  EXPECT_FALSE(is_chosen(ConvKind::forward, first, "another CPU"));
}

// 3x3 kernels stay with Winograd's float32, unless there is AMX; products of little work stay float32.
TEST(OneDnnChoice, OfBfloat16FollowsFromInstructions) {
  using namespace onednn;
  const ConvAxis three{32, 3, 32, 1, 1, 1}, strided{32, 3, 16, 2, 1, 1}, one{32, 1, 32, 1, 0, 1};
  const ConvGeometry wide{8, 64, 64, 1, three, three}, half{8, 64, 64, 1, strided, strided};
  const ConvGeometry product{8, 64, 64, 1, one, one};
  for (const ConvGeometry& sizes : {wide, half, product}) {
    EXPECT_TRUE(is_chosen_in_bfloat16(ConvKind::forward, sizes, "AMX"));
    EXPECT_FALSE(is_chosen_in_bfloat16(ConvKind::forward, sizes, ""));
    EXPECT_EQ(is_chosen_in_bfloat16(ConvKind::forward, sizes, "AVX512_BF16"), !(sizes == wide));
  }
  EXPECT_TRUE(is_product_chosen_in_bfloat16(128, 512, 784, "AVX512_BF16"));
  EXPECT_FALSE(is_product_chosen_in_bfloat16(128, 10, 512, "AVX512_BF16"));
  EXPECT_TRUE(is_product_chosen_in_bfloat16(128, 512, 784, "AMX"));
  EXPECT_FALSE(is_product_chosen_in_bfloat16(128, 512, 784, ""));
}

}  // namespace
}  // namespace cajal
