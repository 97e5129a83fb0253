// What a user does from beginning to end, and what must come out the same.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "cajal/cajal.h"

namespace cajal {
namespace {

std::string temporary(const std::string& name) { return (std::filesystem::temp_directory_path() / name).string(); }

Sequential compiled_model() {
  Sequential model({Rescaling(1. / 255), Flatten(), Dense(32, "relu"), Dropout(0.2), Dense(10)});
  model.compile({.optimizer = Adam({.learning_rate = 1e-3}),
                 .loss = SparseCategoricalCrossentropy({.from_logits = true}),
                 .metrics = {"accuracy"}});
  return model;
}

std::vector<Tensor> trained_weights(int thread_count, Memory memory) {
  const int before = threads();
  set_threads(thread_count);
  clear_session();
  set_random_seed(42);
  const Dataset data = datasets::digits(600, 10).first;
  Sequential model = compiled_model();
  model.set_memory(memory);
  model.fit(data, {.epochs = 2, .batch_size = 64, .verbose = 0});
  std::vector<Tensor> weights;
  for (const Tensor& weight : model.get_weights()) weights.push_back(weight.copy());
  set_threads(before);
  return weights;
}

void expect_identical(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (size_t i = 0; i < a.size(); ++i)
    EXPECT_TRUE(identical(a[i], b[i])) << "weight " << i << " " << a[i].shape().text();
}

TEST(Stories, SameSeedSameBits) {
  const std::vector<Tensor> first = trained_weights(1, Memory::tight);
  expect_identical(first, trained_weights(1, Memory::tight));
  expect_identical(first, trained_weights(2, Memory::tight));
  expect_identical(first, trained_weights(1, Memory::keep));
  expect_identical(first, trained_weights(2, Memory::keep));
  expect_identical(first, trained_weights(2, Memory::guard));
}

TEST(Stories, AnotherSeedGivesOtherWeights) {
  set_random_seed(1);
  const Tensor one = GlorotUniform()({4, 4}).copy();
  set_random_seed(2);
  EXPECT_FALSE(identical(one, GlorotUniform()({4, 4})));
}

TEST(Stories, TrainSaveLoadPredict) {
  set_random_seed(7);
  const TrainTest data = datasets::digits(500, 200);
  Sequential model = compiled_model();
  model.fit(data.first, {.epochs = 1, .batch_size = 50, .verbose = 0});
  const Tensor expected = model.predict(data.second);
  const Logs metrics = model.evaluate(data.second);
  model.save(temporary("story.safetensors"));

  const std::shared_ptr<Model> loaded = load_model(temporary("story.safetensors"));
  EXPECT_TRUE(identical(loaded->predict(data.second), expected));
  EXPECT_EQ(loaded->evaluate(data.second)["loss"], metrics["loss"]);
  EXPECT_EQ(loaded->evaluate(data.second)["accuracy"], metrics["accuracy"]);
  auto layers = [](const std::string& summary) { return summary.substr(0, summary.find(" Total params")); };
  EXPECT_EQ(layers(loaded->summary()), layers(model.summary()));
  loaded->fit(data.first, {.epochs = 1, .batch_size = 50, .verbose = 0});  // it can learn on
  EXPECT_LT(loaded->evaluate(data.second)["loss"], metrics["loss"]);
}

TEST(Stories, AThousandStepsMakeTheLossSmall) {
  set_random_seed(5);
  const Tensor x = random::uniform({512, 2}, -1, 1);
  const Tensor y = x.slice(1, {0, 1}) * x.slice(1, {1, 2});
  Sequential model({Dense(32, "tanh"), Dense(1)});
  model.compile({.optimizer = Adam({.learning_rate = 3e-3}), .loss = "mse"});
  const History history = model.fit(x, y, {.epochs = 63, .batch_size = 32, .verbose = 0});  // 1008 steps
  const std::vector<double>& loss = history["loss"];
  EXPECT_LT(loss.back(), loss.front() / 20);
  EXPECT_LT(loss.back(), 0.005);
  for (double value : loss) EXPECT_TRUE(std::isfinite(value));
}

TEST(Stories, AStepCanBeReplayed) {
  set_random_seed(9);
  Input x({16});
  Program::Options options;
  options.training = true;
  options.seed = 11;
  Program dropped({x}, Vars{Dropout(0.5)(x)}, options);
  const Tensor ones = Tensor::full({4, 16}, 1);
  const Tensor first = dropped(ones), second = dropped(ones);
  EXPECT_FALSE(identical(first, second));
  dropped.set_steps(0);
  EXPECT_TRUE(identical(dropped(ones), first));
}

}  // namespace
}  // namespace cajal
