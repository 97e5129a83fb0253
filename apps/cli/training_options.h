// What `cajal train` can be told, and the model and the optimizer that follow from it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "apps/cli/arguments.h"
#include "apps/cli/data_source.h"
#include "cajal/nn/model.h"

namespace cajal::cli {

struct TrainingOptions {
  std::string model = {};
  double width = 1;
  std::optional<std::vector<int64_t>> layers = {};
  std::string activation = "relu";
  double dropout = 0;
  std::optional<int> epochs = {};
  std::optional<int64_t> batch_size = {};
  std::string optimizer = "adam";
  std::optional<double> learning_rate = {};
  std::optional<double> momentum = {};
  bool nesterov = false;
  std::optional<double> weight_decay = {};
  std::string schedule = "constant";
  double warmup = 0;
  std::vector<std::string> augment = {};
  int patience = 0;
  double validation_split = 0;
  uint64_t seed = 0;
  int threads = 0;
  std::string precision = "float32";
  DataOptions data = {};
  int checkpoint_every = 0;

  template <class V>
  void fields(V& v) {
    v("model", model, "NETWORK", "for pictures, a known network in place of --layers (cifar_cnn for those in colour)");
    v("width", width, "SHARE", "of that network's channels");
    v("layers", layers, "N,N,...", "units of the hidden layers; 0 for none (512,512 for pictures, 64,32 for tables)");
    v("activation", activation, "NAME", "of the hidden layers");
    v("dropout", dropout, "SHARE", "of the units left out at random in each step");
    v("epochs", epochs, "N", "passes over the data (5 for pictures, more for little data)");
    v("batch_size", batch_size, "N", "samples in a step (128 for pictures, 32 for tables)");
    v("optimizer", optimizer, "NAME", "how weights follow their gradients");
    v("learning_rate", learning_rate, "RATE", "its step; the optimizer's own unless given");
    v("momentum", momentum, "SHARE", "of the last step kept, for sgd, rmsprop and muon");
    v("nesterov", nesterov, "", "look ahead along the momentum, for sgd (muon always does)");
    v("weight_decay", weight_decay, "SHARE", "of each weight lost in a step, times the rate");
    v("schedule", schedule, "constant|cosine|linear", "how the rate falls, to 0 in the last step");
    v("warmup", warmup, "EPOCHS", "in which the rate rises from 0, before --schedule cosine");
    v("augment", augment, "A,B,...",
      "changes of pictures by chance: crop, flip, translate, cutout (crop:4: by 4 places)");
    v("patience", patience, "N", "stop after N epochs without progress on what is held out; 0: never");
    v("validation_split", validation_split, "SHARE", "of the training data used to watch, not to learn");
    v("seed", seed, "N", "of all that is random: the same seed gives the same weights");
    v("threads", threads, "N", "0: one for each core");
    v("precision", precision, "TYPE", "float32, or bfloat16: of what is multiplied and handed on");
    data.fields(v);
    v("checkpoint_every", checkpoint_every, "N", "steps between two checkpoints; 0: every few seconds");
  }

  /// Throws UsageError for values that make no sense; makes "0" hidden units no layer.
  void check();
  /// Fills in what was not said, as the data asks for it.
  void resolve(const DataSource& data);

 private:
  void check_network() const;
};

/// What `cajal train` does besides, which is no part of a run's configuration.
struct RunOptions {
  std::string output = {};
  std::string config = {}, resume = {};
  int verbose = 1;
  bool no_save = false;
  bool dry_run = false, overfit_batch = false, find_lr = false, print_config = false;

  template <class V>
  void fields(V& v) {
    v("output", output, "FOLDER", "for the run; runs/NAME-1 and so on unless given");
    v("config", config, "FILE", "options from a config.json; flags stand above it");
    v("resume", resume, "FOLDER", "goes on with the interrupted run in that folder");
    v("verbose", verbose, "0|1|2", "silent, a progress bar, a line per epoch");
    v("no_save", no_save, "", "write nothing");
    v("dry_run", dry_run, "", "one batch through everything, and nothing is kept");
    v("overfit_batch", overfit_batch, "", "learn one batch by heart: what cannot do that cannot learn");
    v("find_lr", find_lr, "", "try all learning rates in one go, and say which is a good one");
    v("print_config", print_config, "", "print the whole configuration, and do nothing");
  }
};

/// Sets the policy of the layers that are made from now on: "float32", "bfloat16". UsageError for what is not built,
/// and where the machine gains nothing.
void set_precision(const std::string& precision);

/// A compiled model for the data: from raw samples to a number for each class, or to the number that is foretold.
/// Errors: UsageError for options that do not fit the data; a network whose layers do not fit the pictures.
std::shared_ptr<Model> make_model(const TrainingOptions& options, const DataSource& data);

/// The optimizer of the options. Throws UsageError for a name that does not exist or options that it does not have.
/// `steps`: of the whole training, over which the rate falls.
AnyOptimizer make_optimizer(const TrainingOptions& options, int64_t steps);

/// What is learned from in each epoch: changed by chance, drawn in batches and made ahead, where that is asked for.
Dataset training_samples(const TrainingOptions& options, const Dataset& samples);

/// "784 - 512 relu - 10", or "resnet20, 32 x 32 x 3".
std::string layers_text(const TrainingOptions& options, const DataSource& data);

}  // namespace cajal::cli
