// Recipes: whole trainings that aim at an accuracy, as fast as a machine can.
#pragma once

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <memory>
#include <string_view>
#include <vector>

#include "cajal/nn/test_time_augmentation.h"

namespace cajal {

/// A training with all that belongs to it.
struct Recipe {
  std::string_view name;     ///< "mnist-99"
  std::string_view summary;  ///< one line
  std::string_view dataset;  ///< a known one, whose held-out part is tested with
  double target = 0;         ///< the share that is named right, on average over seeds
  double epochs = 1;         ///< passes over the data; the last one may be cut short
  int64_t batch = 1;
  /// A compiled model for samples of `train` with its weights, to be trained for so many steps.
  std::function<Model(const Dataset& train, int64_t steps)> model = nullptr;
  /// What is shown of the samples in each epoch, in an order of its own, one by one; none: they are, shuffled.
  std::function<Dataset(const Dataset& train, uint64_t seed)> prepared = nullptr;
  /// What watches the training besides; none: nothing.
  std::function<std::vector<AnyCallback>(int64_t steps)> callbacks = nullptr;
  std::vector<TestView> views = {TestView()};  ///< of each test sample
};

/// All recipes, sorted by their files' names.
const std::vector<const Recipe*>& all_recipes();

/// The recipe of that name; throws Error with the nearest one.
const Recipe& recipe(std::string_view name);

/// What can be chosen of a run. The figures that count are those of what is left out.
struct RecipeOptions {
  uint64_t seed = 1;
  int64_t samples = 0;               ///< to learn from and to test with, at most; 0: all
  double epochs = 0;                 ///< 0: the recipe's
  std::ostream* progress = nullptr;  ///< where a bar for each epoch goes; null: nowhere
};

/// How a run went.
struct RecipeResult {
  int64_t right = 0, tested = 0, steps = 0;
  double read = 0, plan = 0, train = 0, evaluate = 0;  ///< seconds
  double training_flops = 0;  ///< multiplications and additions of all steps, by the plain algorithms
  double accuracy() const { return double(right) / double(tested); }
  double seconds() const { return read + plan + train + evaluate; }
};

/// Carries the recipe out, from the data's files to the accuracy.
///
/// Nothing is kept from an earlier run but what the process has loaded and its threads. The seed sets all that is
/// drawn: it gives the same weights to the bit on any number of threads. Units: seconds. Errors: the data is not there;
/// samples too few for a batch; negative samples or epochs.
RecipeResult run_recipe(const Recipe& recipe, const RecipeOptions& options);

}  // namespace cajal
