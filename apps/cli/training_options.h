// What `cajal train` can be told, and the model and the optimizer that follow from it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "apps/cli/arguments.h"
#include "apps/cli/data_source.h"
#include "cajal/nn/model.h"

namespace cajal::cli {

struct TrainingOptions {
  std::optional<std::vector<int64_t>> layers = {};
  std::string activation = "relu";
  double dropout = 0;
  std::optional<int> epochs = {};
  std::optional<int64_t> batch_size = {};
  std::string optimizer = "adam";
  std::optional<double> learning_rate = {};
  std::optional<double> momentum = {};
  int patience = 0;
  double validation_split = 0;
  uint64_t seed = 0;
  int threads = 0;
  std::string precision = "float32";
  DataOptions data = {};
  int checkpoint_every = 0;

  template <class V>
  void fields(V& v) {
    v("layers", layers, "N,N,...", "units of the hidden layers; 0 for none (512,512 for pictures, 64,32 for tables)");
    v("activation", activation, "NAME", "of the hidden layers");
    v("dropout", dropout, "SHARE", "of the units left out at random in each step");
    v("epochs", epochs, "N", "passes over the data (5 for pictures, more for little data)");
    v("batch_size", batch_size, "N", "samples in a step (128 for pictures, 32 for tables)");
    v("optimizer", optimizer, "NAME", "how weights follow their gradients");
    v("learning_rate", learning_rate, "RATE", "its step; the optimizer's own unless given");
    v("momentum", momentum, "SHARE", "of the last step kept, for sgd and rmsprop");
    v("patience", patience, "N", "stop after N epochs without progress on what is held out; 0: never");
    v("validation_split", validation_split, "SHARE", "of the training data used to watch, not to learn");
    v("seed", seed, "N", "of all that is random: the same seed gives the same weights");
    v("threads", threads, "N", "0: one for each core");
    v("precision", precision, "TYPE", "of all numbers");
    data.fields(v);
    v("checkpoint_every", checkpoint_every, "N", "steps between two checkpoints; 0: every few seconds");
  }

  /// Throws UsageError for values that make no sense; makes "0" hidden units no layer.
  void check();
  /// Fills in what was not said, as the data asks for it.
  void resolve(const DataSource& data);
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

/// "float32", or UsageError saying what is not built yet.
void require_float32(const std::string& precision);

/// A compiled model for the data: from raw samples to a number for each class, or to the number that is foretold.
Sequential make_model(const TrainingOptions& options, const DataSource& data);

/// The optimizer of the options. Throws UsageError for a name that does not exist or options that it does not have.
AnyOptimizer make_optimizer(const TrainingOptions& options);

/// "784 - 512 relu - 10".
std::string layers_text(const TrainingOptions& options, const DataSource& data);

}  // namespace cajal::cli
