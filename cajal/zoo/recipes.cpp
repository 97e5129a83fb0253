#include "cajal/zoo/recipes.h"

#include <algorithm>
#include <cmath>

#include "cajal/base/clock.h"
#include "cajal/base/text.h"
#include "cajal/data/datasets.h"
#include "cajal/eager/ops.h"

namespace cajal {

#define CAJAL_LISTED(stem) const Recipe& stem##_recipe();
#include "cajal/listing/recipes.inc"
#undef CAJAL_LISTED

const std::vector<const Recipe*>& all_recipes() {
  static const std::vector<const Recipe*> all{
#define CAJAL_LISTED(stem) &stem##_recipe(),
#include "cajal/listing/recipes.inc"
#undef CAJAL_LISTED
  };
  return all;
}

const Recipe& recipe(std::string_view name) {
  std::vector<std::string> names;
  for (const Recipe* entry : all_recipes()) {
    if (entry->name == name) return *entry;
    names.emplace_back(entry->name);
  }
  throw Error(Code::not_found, "there is no recipe called '" + std::string(name) + "'", {}, choices(name, names));
}

namespace {

// Ends the training after so many steps, in the middle of an epoch where they end there.
class StopAfter : public Callback {
 public:
  explicit StopAfter(int64_t steps) : steps_(steps) {}
  void on_train_batch_end(int64_t) override {
    if (--steps_ <= 0) model()->stop_training();
  }

 private:
  int64_t steps_;
};

Dataset at_most(const Dataset& data, int64_t samples) {
  return samples > 0 && samples < data.size() ? data.take(samples) : data;
}

TrainTest read_data(const Recipe& recipe, const RecipeOptions& options) {
  const auto [train, test] = dataset_entry(recipe.dataset).load("");
  return {at_most(train, options.samples), at_most(test, options.samples)};
}

int64_t steps_of(const Recipe& recipe, const RecipeOptions& options, int64_t samples) {
  const int64_t in_an_epoch = samples / recipe.batch;
  if (in_an_epoch == 0)
    fail("the recipe " + std::string(recipe.name) + " learns from batches of " + std::to_string(recipe.batch) +
             " samples and was given " + std::to_string(samples),
         "more samples");
  const double epochs = options.epochs > 0 ? options.epochs : recipe.epochs;
  return std::max<int64_t>(1, int64_t(epochs * double(in_an_epoch)));
}

// Whole batches only, so that there is one plan; what is changed by chance is made ready beside the training.
Dataset batches_of(const Recipe& recipe, const Dataset& train, uint64_t seed) {
  const Dataset samples = recipe.prepared ? recipe.prepared(train, seed) : train;
  const Dataset batches = samples.shuffle(0, seed).batch(recipe.batch, true);
  return recipe.prepared ? batches.prefetch() : batches;
}

// The training program for the recipe's batches, compiled; and what a step of it computes.
double plan_training(Model& model, const Dataset& batches) {
  Batch first;
  batches.begin_epoch(0).next(first);
  std::vector<Shape> shapes;
  for (const auto* tensors : {&first.x, &first.y})
    for (const Tensor& tensor : *tensors) shapes.push_back(tensor.shape());
  const Plan& plan = model.training_program(first).instance(shapes).plan();
  double flops = 0;
  for (const Step& step : plan.steps) flops += flops_of(plan, step);
  return flops;
}

void train_model(const Recipe& recipe, const RecipeOptions& options, Model& model, const Dataset& batches,
                 int64_t steps) {
  FitArguments arguments{.epochs = int((steps + batches.size() - 1) / batches.size()),
                         .verbose = options.progress ? 1 : 0,
                         .shuffle = false,
                         .stream = options.progress};
  if (recipe.callbacks) arguments.callbacks = recipe.callbacks(steps);
  arguments.callbacks.push_back(StopAfter(steps));
  model.fit(batches, arguments);
}

void evaluate_model(const Recipe& recipe, Model& model, const Dataset& test, RecipeResult& result) {
  const int64_t at_once = std::min<int64_t>(250, test.size());  // what one layer leaves, the next one finds near
  const Tensor answers = predict_views(model, test, recipe.views, {.batch_size = at_once});
  const std::vector<int64_t> named = argmax(answers, -1).values<int64_t>();
  int64_t sample = 0;
  for (const Batch& batch : test.batch(at_once))
    for (int64_t label : batch.y.at(0).values<int64_t>()) result.right += named[size_t(sample++)] == label;
  result.tested = sample;
}

}  // namespace

RecipeResult run_recipe(const Recipe& recipe, const RecipeOptions& options) {
  if (options.samples < 0 || !(options.epochs >= 0))
    fail("a recipe was asked for " + std::to_string(options.samples) + " samples and " +
         std::to_string(options.epochs) + " epochs");
  RecipeResult result;
  Stopwatch watch;
  const auto [train, test] = read_data(recipe, options);
  result.read = watch.restart();

  set_random_seed(options.seed);
  result.steps = steps_of(recipe, options, train.size());
  Model model = recipe.model(train, result.steps);
  const Dataset batches = batches_of(recipe, train, options.seed);
  result.training_flops = plan_training(model, batches) * double(result.steps);
  result.plan = watch.restart();

  train_model(recipe, options, model, batches, result.steps);
  result.train = watch.restart();
  evaluate_model(recipe, model, test, result);
  result.evaluate = watch.restart();
  return result;
}

}  // namespace cajal
