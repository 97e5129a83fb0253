#include "cajal/nn/gradient_check.h"

#include <gtest/gtest.h>

#include "cajal/base/files.h"
#include "cajal/nn/layers.h"
#include "cajal/nn/losses.h"
#include "cajal/nn/optimizers.h"
#include "cajal/nn/regularizers.h"
#include "cajal/ops/activation.h"
#include "cajal/ops/elementwise.h"
#include "cajal/ops/reduction.h"

namespace cajal {
namespace {

// An op of one's own: y = x^2.
struct Square {
  static constexpr std::string_view name = "own_square", summary = "x x.";
  Specs infer(std::span<const Spec> in) const { return {Spec{in[0].shape, in[0].dtype}}; }
  Vars gradient(const Derivative& d) const { return {2 * d.dy() * d.x()}; }
  template <class T>
  void reference(const Call& call) const {
    for (int64_t i = 0; i < call.out[0].size; ++i) {
      const T x = call.in[0].as<T>()[i];
      call.out[0].as<T>()[i] = T(x * x);
    }
  }
};
struct Halved : Square {
  Vars gradient(const Derivative& d) const { return {d.dy() * d.x()}; }
};
struct SlightlyOff : Square {
  Vars gradient(const Derivative& d) const { return {2.00001 * d.dy() * d.x()}; }
};
struct Transposed : Square {  // right where all elements are equal, and in the sum
  Vars gradient(const Derivative& d) const { return {2 * d.dy() * mean(d.x(), {-1}, true)}; }
};
struct NotANumber : Square {
  Vars gradient(const Derivative& d) const { return {d.dy() * log(d.x() - 100.0)}; }
};

template <class O>
Var own(const Var& x) {
  static const Op op = define<O>();
  return record(op, Attributes(O()), {x});
}

// A layer of one's own that is made of such an op.
template <class O>
struct SquaredScale : Layer {
  Variable factor;
  void build(const Shape& input) override { factor = add_weight("factor", {input.back()}, "ones"); }
  Var call(Var x) override { return own<O>(x * factor); }
};

class GradientCheckTest : public testing::Test {
 protected:
  void SetUp() override {
    clear_session();
    set_random_seed(3);
  }

  static Tensor values(const Shape& shape, double from, double step) {
    Tensor out(shape);
    for (int64_t i = 0; i < out.size(); ++i) out.set_flat(i, from + step * double(i % 7) + 0.01 * double(i));
    return out;
  }

  template <class O>
  static std::vector<GradientCheck> of_op() {
    const Var x = placeholder({2, 3});
    return check_gradients({x}, own<O>(x), {values({2, 3}, 0.5, 0.3)});
  }

  template <class O>
  static std::vector<GradientCheck> of_layer() {
    clear_session();
    Sequential model({Dense(4, "tanh"), SquaredScale<O>(), Dense(2)});
    model.compile({.loss = "mse"});
    return check_gradients(model, values({5, 3}, -1, 0.4), values({5, 2}, -1, 0.3));
  }
};

TEST_F(GradientCheckTest, ARightOpAgrees) {
  const auto checks = of_op<Square>();
  ASSERT_EQ(checks.size(), 1u);
  EXPECT_EQ(checks[0].name, "input");
  EXPECT_EQ(checks[0].compared, 6);
  EXPECT_LT(checks[0].greatest_error, 1e-9);
  EXPECT_TRUE(all_agree(checks));
}

TEST_F(GradientCheckTest, AWrongOpIsCaught) {
  EXPECT_EQ(of_op<Halved>()[0].wrong, 6);
  EXPECT_NEAR(of_op<Halved>()[0].greatest_error, 0.5, 1e-6);
  EXPECT_EQ(of_op<SlightlyOff>()[0].wrong, 6);
  EXPECT_GT(of_op<Transposed>()[0].wrong, 0);
  EXPECT_EQ(of_op<NotANumber>()[0].wrong, 6);
}

TEST_F(GradientCheckTest, AWrongLayerIsCaughtAndWhatItSpoils) {
  EXPECT_TRUE(all_agree(of_layer<Square>())) << text(of_layer<Square>());
  const auto checks = of_layer<Halved>();
  ASSERT_EQ(checks.size(), 5u);
  for (const GradientCheck& check : checks)  // what comes after the layer gets its gradient without it
    EXPECT_EQ(check.agrees(), check.name.starts_with("dense_1/")) << text(checks);
  EXPECT_EQ(checks[2].name, "squared_scale/factor");
  EXPECT_FALSE(all_agree(checks));
  EXPECT_NE(text(checks).find("WRONG"), std::string::npos);
}

// An op that no file can name is no reason not to train with it.
TEST_F(GradientCheckTest, ALayerOfAnOwnOpTrainsAndSaysWhyItIsNotSaved) {
  Sequential inner({SquaredScale<Square>()});
  Sequential model({Dense(4), inner, Dense(2)});
  model.compile({.optimizer = "sgd", .loss = "mse"});
  model.fit(values({5, 3}, -1, 0.4), values({5, 2}, -1, 0.3), {.verbose = 0});
  try {
    model.save("never_written.safetensors");
    FAIL() << "a file cannot hold the op";
  } catch (const Error& error) {
    EXPECT_NE(error.message().find("uses the op 'own_square'"), std::string::npos) << error.what();
  }
  EXPECT_FALSE(file_exists("never_written.safetensors"));
}

TEST_F(GradientCheckTest, CornersAreLeftOutAndCounted) {
  const Var x = placeholder({4});
  const auto checks = check_gradients({x}, relu(x), {Tensor::of({-1.f, 0.f, 1e-4f, 2.f})});
  EXPECT_EQ(checks[0].corners, 1);
  EXPECT_EQ(checks[0].compared, 3) << "near the corner shorter steps do";
  EXPECT_EQ(checks[0].corner.element, 1);
  EXPECT_NEAR(checks[0].corner.left, 0, 1e-9);
  EXPECT_GT(checks[0].corner.right, 0.2);
  EXPECT_TRUE(all_agree(checks));
  EXPECT_NE(text(checks).find("input[1] = 0: the slope is 0 to the left"), std::string::npos) << text(checks);
  const auto only = check_gradients({x}, relu(x), {Tensor::of({0.f, 0.f, 0.f, 0.f})});
  EXPECT_FALSE(all_agree(only)) << "nothing was compared";
}

// A corner just beside the point must not pass for a wrong gradient, wherever within the steps it lies.
TEST_F(GradientCheckTest, CornersAtEveryDistance) {
  const Var x = placeholder({});
  for (double distance = 1e-7; distance < 4e-3; distance *= 1.3) {
    const auto checks = check_gradients({x}, relu(x), {Tensor::full({}, distance)});
    EXPECT_EQ(checks[0].wrong, 0) << distance << "\n" << text(checks);
  }
}

TEST_F(GradientCheckTest, ReluNetworksAgree) {
  for (uint64_t seed = 0; seed < 5; ++seed) {
    Sequential model({Dense(16, "relu"), Dense(16, "relu"), Dense(3)});
    model.build_for({{Dim::symbol("batch"), 4}});
    model.compile({.loss = SparseCategoricalCrossentropy({.from_logits = true})});
    const auto checks = check_gradients(model, example_batch(model, 8, seed), {.samples = 40, .seed = seed});
    EXPECT_EQ(checks.size(), 6u);
    EXPECT_TRUE(all_agree(checks)) << text(checks);
  }
}

TEST_F(GradientCheckTest, PenaltiesStatisticsAndMasksCount) {
  Sequential model({Dense({.units = 6, .kernel_regularizer = L2(0.1)}), BatchNormalization(), Activation("tanh"),
                    Dropout(0.5), ActivityRegularization({.l2 = 0.1}), Dense(1)});
  model.build_for({{Dim::symbol("batch"), 4}});
  model.compile({.loss = "mse"});
  const std::vector<Tensor> before = model.get_weights();
  for (bool training : {false, true}) {
    const auto checks = check_gradients(model, example_batch(model, 6), {.training = training, .inputs = true});
    EXPECT_EQ(checks.size(), 7u);
    EXPECT_TRUE(all_agree(checks)) << text(checks);
  }
  const std::vector<Tensor> after = model.get_weights();
  for (size_t i = 0; i < before.size(); ++i) EXPECT_TRUE(identical(before[i], after[i])) << "nothing is changed";
}

TEST_F(GradientCheckTest, EveryLossOnExampleBatches) {
  for (const char* loss :
       {"mse", "mae", "mape", "msle", "huber", "log_cosh", "poisson", "kl_divergence", "cosine_similarity", "hinge",
        "squared_hinge", "categorical_hinge", "binary_crossentropy", "categorical_crossentropy",
        "sparse_categorical_crossentropy", "binary_focal_crossentropy", "categorical_focal_crossentropy"}) {
    Sequential model({Dense(5, "tanh"), Dense(3, "softmax")});
    model.build_for({{Dim::symbol("batch"), 4}});
    model.compile({.loss = loss});
    const auto checks = check_gradients(model, example_batch(model, 8));
    EXPECT_TRUE(all_agree(checks)) << loss << "\n" << text(checks);
  }
}

TEST_F(GradientCheckTest, ExamplesAreWhatTheFirstLayerExpects) {
  Var words = placeholder({Dim::symbol("batch"), 3}, DType::int32), facts = placeholder({Dim::symbol("batch"), 2});
  Normalization normal({.mean = Tensor::of({1000.f, -5.f}), .variance = Tensor::of({4.f, 1e-4f})});
  Var embedded = Flatten()(Embedding(7, 2)(words));
  Model model({words, facts}, Dense(1)(Concatenate()({embedded, normal(facts)})));
  model.compile({.loss = "mse"});
  const Batch batch = example_batch(model, 200);
  for (int64_t word : batch.x[0].values<int64_t>()) EXPECT_TRUE(word >= 0 && word < 7);
  EXPECT_EQ(batch.x[1].shape(), Shape({200, 2}));
  EXPECT_NEAR(batch.x[1].at({0, 0}), 1000, 20);
  EXPECT_NEAR(batch.x[1].at({0, 1}), -5, 0.1);
  EXPECT_TRUE(all_agree(check_gradients(model, batch)));
}

TEST_F(GradientCheckTest, RefusesWhatCannotBeCompared) {
  const Var x = placeholder({2}), labels = placeholder({2}, DType::int32);
  EXPECT_THROW(check_gradients({x}, relu(x), {Tensor({3})}), Error);
  EXPECT_THROW(check_gradients({x}, relu(x), {}), Error);
  EXPECT_THROW(check_gradients({labels}, labels, {Tensor({2}, DType::int32)}), Error);
  EXPECT_THROW(check_gradients({x}, log(x), {Tensor::of({-1.f, 1.f})}), Error) << "NaN";
  EXPECT_THROW(check_gradients({x}, relu(x), {Tensor({2})}, {}, {.samples = 0}), Error);
  Sequential model({Dense(2)});
  EXPECT_THROW(check_gradients(model, Tensor({3, 2}), Tensor({3, 2})), Error) << "not compiled";
  EXPECT_THROW(example_batch(model, 3), Error);
}

}  // namespace
}  // namespace cajal
