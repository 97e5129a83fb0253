// Models under mixed_bfloat16: trained, saved, loaded, and layers that opt out.
#include <gtest/gtest.h>

#include "cajal/backends/machine.h"
#include "cajal/nn/internal/test_support.h"
#include "cajal/nn/layers.h"
#include "cajal/nn/losses.h"
#include "cajal/nn/model.h"
#include "cajal/nn/optimizers.h"

namespace cajal {
namespace {

class MixedPrecisionOfModels : public SessionWithFolder {
 protected:
  void TearDown() override {
    set_dtype_policy("float32");
    SessionWithFolder::TearDown();
  }
};

// Set layer by layer, which no machine refuses.
Sequential network(const std::string& policy, const std::string& of_the_last) {
  set_random_seed(3);
  Conv2D conv(16, 3, "relu");
  Dense dense(24, "relu"), last(3, "softmax");
  Sequential model(Input({8, 8, 3}), {conv, BatchNormalization(), MaxPooling2D(), Flatten(), dense, last}, "net");
  model.set_dtype_policy(policy);
  last.set_dtype_policy(of_the_last);
  model.compile({.optimizer = "adam", .loss = "sparse_categorical_crossentropy", .metrics = {"accuracy"}});
  return model;
}

Tensor images() { return numbers({24, 8, 8, 3}, 5); }
Tensor labels() {
  Tensor out({24}, DType::int32);
  for (int64_t i = 0; i < out.size(); ++i) out.set_flat(i, double(i % 3));
  return out;
}

std::string training_plan(Model& model) {
  Batch batch;
  batch.x = {images()}, batch.y = {labels()};
  return model.training_program(batch).instance({images().shape(), labels().shape()}).plan().text();
}

TEST_F(MixedPrecisionOfModels, StoresInBfloat16AndKeepsWeightsAsTheyAre) {
  Sequential model = network("mixed_bfloat16", "mixed_bfloat16");
  EXPECT_NE(training_plan(model).find("bfloat16 [24, 6, 6, 16]"), std::string::npos);
  for (const Variable& weight : model.weights()) EXPECT_EQ(weight.dtype(), DType::float32);
  EXPECT_EQ(model.predict(images()).dtype(), DType::float32);
}

TEST_F(MixedPrecisionOfModels, LearnsAsInFloat32) {
  double losses[2] = {};
  for (int mixed : {0, 1}) {
    Sequential model = network(mixed ? "mixed_bfloat16" : "float32", mixed ? "mixed_bfloat16" : "float32");
    const History history = model.fit(images(), labels(), {.epochs = 20, .batch_size = 8, .verbose = 0});
    losses[mixed] = history["loss"].back();
    EXPECT_LT(losses[mixed], 0.5 * history["loss"].front());
  }
  EXPECT_NEAR(losses[1], losses[0], 0.1);
}

TEST_F(MixedPrecisionOfModels, ComesBackFromAFileAsItWas) {
  Sequential model = network("mixed_bfloat16", "float32");
  model.fit(images(), labels(), {.epochs = 1, .batch_size = 8, .verbose = 0});
  model.save(file("mixed.safetensors"));
  const auto loaded = load_model(file("mixed.safetensors"));
  EXPECT_EQ(loaded->get_layer("conv2d")->dtype_policy, "mixed_bfloat16");
  EXPECT_EQ(loaded->get_layer("dense_1")->dtype_policy, "float32");
  EXPECT_TRUE(identical(loaded->predict(images()), model.predict(images())));
}

TEST_F(MixedPrecisionOfModels, AreThoseOfFloat32WhereEveryLayerOptsOut) {
  Sequential plain = network("float32", "float32"), mixed = network("mixed_bfloat16", "mixed_bfloat16");
  const Tensor wanted = plain.predict(images());
  EXPECT_FALSE(identical(mixed.predict(images()), wanted));
  mixed.set_dtype_policy("float32");
  mixed.compile(mixed.compile_arguments());
  EXPECT_TRUE(identical(mixed.predict(images()), wanted));
}

TEST_F(MixedPrecisionOfModels, IsRefusedWhereItGainsNothing) {
  if (why_no_bfloat16().empty()) {
    set_dtype_policy("mixed_bfloat16");
    EXPECT_EQ(Dense(3).dtype_policy(), "mixed_bfloat16");
  } else {
    EXPECT_THROW(set_dtype_policy("mixed_bfloat16"), Error);
    EXPECT_EQ(dtype_policy(), "float32");
  }
  EXPECT_THROW(set_dtype_policy("mixed_bfloat"), Error);
  EXPECT_THROW(set_dtype_policy("float16"), Error);
}

}  // namespace
}  // namespace cajal
