#include "cajal/zoo/recipes.h"

#include <gtest/gtest.h>

#include <functional>
#include <sstream>

#include "cajal/base/error.h"
#include "cajal/zoo/workloads.h"

namespace cajal {
namespace {

std::string message_of(const std::function<void()>& body) {
  try {
    body();
  } catch (const Error& error) {
    return error.message() + " | " + error.hint();
  }
  return "no error";
}

// The recipe for MNIST on digits that need no file.
Recipe for_digits() {
  Recipe out = recipe("mnist-99");
  out.dataset = "digits";
  return out;
}

TEST(Recipes, AreKnownByName) {
  ASSERT_FALSE(all_recipes().empty());
  for (const Recipe* entry : all_recipes()) {
    EXPECT_EQ(&recipe(entry->name), entry);
    EXPECT_FALSE(entry->summary.empty()) << entry->name;
    EXPECT_GT(entry->target, 0.5) << entry->name;
    EXPECT_LT(entry->target, 1) << entry->name;
    EXPECT_TRUE(entry->model) << entry->name;
  }
  EXPECT_EQ(message_of([] { recipe("mnist-98"); }), "there is no recipe called 'mnist-98' | 'mnist-99'");
}

TEST(Recipes, ARunLearnsAndSaysWhereTheTimeWent) {
  std::ostringstream progress;
  const RecipeResult result =
      run_recipe(for_digits(), {.seed = 3, .samples = 2000, .epochs = 2.5, .progress = &progress});
  EXPECT_EQ(result.steps, 62);  // 2.5 times 25 whole batches of 80
  EXPECT_EQ(result.tested, 2000);
  EXPECT_GT(result.accuracy(), 0.8);
  EXPECT_GT(result.training_flops, 1e9);
  for (double seconds : {result.read, result.plan, result.train, result.evaluate}) EXPECT_GT(seconds, 0);
  EXPECT_NE(progress.str().find("epoch 3/3"), std::string::npos) << progress.str();
}

TEST(Recipes, TheSeedSaysHowItEnds) {
  const Recipe digits = for_digits();
  const RecipeOptions three{.seed = 3, .samples = 400, .epochs = 1}, four{.seed = 4, .samples = 400, .epochs = 1};
  const RecipeResult once = run_recipe(digits, three), again = run_recipe(digits, three);
  EXPECT_EQ(once.right, again.right);
  EXPECT_NE(once.right, run_recipe(digits, four).right);
}

TEST(Recipes, WhatMakesNoSenseIsRefused) {
  EXPECT_EQ(message_of([] { run_recipe(for_digits(), {.samples = 79}); }),
            "the recipe mnist-99 learns from batches of 80 samples and was given 79 | more samples");
  EXPECT_NE(message_of([] { run_recipe(for_digits(), {.epochs = -1}); }).find("-1.000000 epochs"), std::string::npos);
}

// What is frozen stays, what is not moves, and biases of normalizations move fast.
TEST(Recipes, Cifar10TrainsAllButTheWhiteningKernel) {
  Batch random = random_batch(16, {32, 32, 3}, 10);
  for (float& value : std::span(random.x[0].data<float>(), size_t(random.x[0].size()))) value *= 255;
  const Dataset data(random.x[0].cast(DType::uint8), random.y[0]);
  for (const char* name : {"cifar10-94", "cifar10-96"}) {
    const Recipe& cifar = recipe(name);
    set_random_seed(1);
    Model model = cifar.model(data, 8);
    const auto& weights = model.get_layer("whiten")->weights;
    const Tensor kernel = weights[0].variable.value().copy(), bias = weights[1].variable.value().copy();
    model.fit(cifar.prepared(data, 1).batch(4),
              {.epochs = 2, .verbose = 0, .callbacks = cifar.callbacks(8), .shuffle = false});
    EXPECT_TRUE(identical(weights[0].variable.value(), kernel)) << name;
    EXPECT_FALSE(identical(weights[1].variable.value(), bias)) << name;
    EXPECT_EQ(predict_views(model, data, cifar.views, {}).shape(), (Shape{16, 10})) << name;
  }
}

}  // namespace
}  // namespace cajal
