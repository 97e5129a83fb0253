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
  std::vector<int64_t> layers = {512, 512};
  std::string activation = "relu";
  double dropout = 0;
  int epochs = 5;
  int64_t batch_size = 128;
  std::string optimizer = "adam";
  std::optional<double> learning_rate = {};
  std::optional<double> momentum = {};
  double validation_split = 0;
  uint64_t seed = 0;
  int threads = 0;
  std::string precision = "float32";
  std::string output = {};
  int verbose = 1;
  bool no_save = false;
  bool dry_run = false;

  template <class V>
  void fields(V& v) {
    v("layers", layers, "N,N,...", "units of the hidden layers; 0 for none");
    v("activation", activation, "NAME", "of the hidden layers");
    v("dropout", dropout, "SHARE", "of the units left out at random in each step");
    v("epochs", epochs, "N", "passes over the data");
    v("batch_size", batch_size, "N", "samples in a step");
    v("optimizer", optimizer, "NAME", "how weights follow their gradients");
    v("learning_rate", learning_rate, "RATE", "its step; the optimizer's own unless given");
    v("momentum", momentum, "SHARE", "of the last step kept, for sgd and rmsprop");
    v("validation_split", validation_split, "SHARE", "of the training data used to watch, not to learn");
    v("seed", seed, "N", "of all that is random: the same seed gives the same weights");
    v("threads", threads, "N", "0: one for each core");
    v("precision", precision, "TYPE", "of all numbers");
    v("output", output, "FOLDER", "for the model; runs/NAME-1 and so on unless given");
    v("verbose", verbose, "0|1|2", "silent, a progress bar, a line per epoch");
    v("no_save", no_save, "", "write nothing");
    v("dry_run", dry_run, "", "one batch through everything, and nothing is kept");
  }

  /// Throws UsageError for values that make no sense; makes "0" hidden units no layer.
  void check();
};

/// "float32", or UsageError saying what is not built yet.
void require_float32(const std::string& precision);

/// Dense layers from raw pixels to a number for each class, with weights drawn.
Sequential make_classifier(const TrainingOptions& options, const DataSource& data);

/// The optimizer of the options. Throws UsageError for a name that does not exist or options that it does not have.
AnyOptimizer make_optimizer(const TrainingOptions& options);

/// "784 - 512 relu - 10".
std::string layers_text(const TrainingOptions& options, const Shape& sample, size_t classes);

}  // namespace cajal::cli
