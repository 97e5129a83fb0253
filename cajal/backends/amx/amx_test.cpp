// Every kernel of the AMX backend in plans, where the CPU has the unit: on the ops' own samples and on larger shapes,
// alone and fused, in both types of result, the same bits for any number of threads. What they are built of is proved
// on every machine by tiles_test.cpp.
#include "cajal/backends/amx/backend.h"
#include "cajal/backends/amx/internal/kernels.h"
#include "cajal/backends/internal/kernel_calls_test.h"
#include "cajal/ops/linear_algebra.h"

namespace cajal {
namespace {

using namespace kernel_calls;

const Backend& every_shape() {
  static const std::vector<Kernel> kernels = amx::all_kernels(amx::Choice::everything);
  static const Backend backend{.name = "amx", .kernels = kernels, .fuses_conv = true};
  return backend;
}

class AmxTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!why_no_amx().empty()) GTEST_SKIP() << why_no_amx();
  }
  void TearDown() override { set_threads(before_); }
  int before_ = threads();
};

TEST_F(AmxTest, SamplesOfEveryConvolution) { expect_samples_of_every_convolution(every_shape()); }
TEST_F(AmxTest, LargerConvolutions) { expect_larger_convolutions(every_shape()); }
TEST_F(AmxTest, Products) { expect_products(every_shape()); }
TEST_F(AmxTest, FusedConvolutionsAreTheSingleStepsAndACast) { expect_fused_convolutions(every_shape()); }
TEST_F(AmxTest, FusedProductsAreTheSingleStepsAndACast) { expect_fused_products(every_shape()); }

// Weights that change seldom lie packed: the results are those of packing them each time.
TEST_F(AmxTest, PackedOnceIsPackedEachTime) {
  const Variable weights(draw({3, 3, 32, 40}, 1, DType::bfloat16)), matrix(draw({40, 70}, 2, DType::bfloat16));
  const Var x = placeholder({16, 5, 6, 32}, DType::bfloat16), rows = placeholder({16, 40}, DType::bfloat16);
  const Graph graph = Graph::of({x, rows}, {conv(x, weights.value(), {1}, "same"), matmul(rows, matrix.value())});
  const std::vector<Tensor> inputs = in_bfloat16({draw({16, 5, 6, 32}, 3), draw({16, 40}, 4)});
  const Ran tight = run(every_shape(), graph, inputs, 2, Memory::tight);
  const Ran kept = run(every_shape(), graph, inputs, 2, Memory::keep);
  EXPECT_EQ(tight.own, 4);  // two of them pack
  EXPECT_EQ(kept.own, 2);
  for (size_t i = 0; i < 2; ++i) EXPECT_TRUE(identical(tight.values[i], kept.values[i]));
}

// Operands of float32 are another backend's.
TEST_F(AmxTest, LeavesFloat32Alone) {
  const std::vector<Tensor> floats = {draw({32, 40}, 1), draw({40, 32}, 2)};
  const Attributes plain(MatmulAttributes{});
  EXPECT_TRUE(takes(typed_graph(*find_op("matmul"), plain, in_bfloat16(floats), DType::float32), every_shape()));
  EXPECT_FALSE(takes(typed_graph(*find_op("matmul"), plain, floats, DType::float32), every_shape()));
}

}  // namespace
}  // namespace cajal
