// The callbacks: what watches a training. Keras's names, options and defaults.
#pragma once

#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "cajal/base/clock.h"
#include "cajal/nn/callback.h"
#include "cajal/nn/schedule.h"

namespace cajal {

/// Which way a watched number should go: "min", "max", or "auto", which asks the model's metric of that name.
///
/// A number of no metric of the model goes down ("loss"), unless its name says that it is an accuracy, AUC, precision,
/// recall, F1 or the like.
class Improvement {
 public:
  /// Throws Error where the mode is none of the three.
  Improvement(const std::string& monitor, const std::string& mode, double min_delta = 0);
  /// For "auto": what the metric says, if the model has one. To be called before the first comparison. Throws Error
  /// where the metric does not say (`Metric::lower_is_better`).
  void ask(const Model* model);
  bool operator()(double value, double best) const;
  /// Worse than any value.
  double worst() const;

 private:
  std::string metric_;  // without "val_"; empty where the mode says all
  bool higher_ = false;
  double delta_ = 0;
};

/// Ends the training when a number has stopped improving. Keras's EarlyStopping.
///
///     model.fit(train, {.epochs = 100, .callbacks = {EarlyStopping({.patience = 3})}, .validation_data = test});
///
/// Errors: at the end of the first epoch, where there is no such number: with the nearest name.
class EarlyStopping : public Callback {
 public:
  struct Options {
    std::string monitor = "val_loss";
    double min_delta = 0;  ///< a smaller change is none
    int patience = 0;      ///< epochs without improvement that are borne
    int verbose = 0;
    std::string mode = "auto";
    std::optional<double> baseline = {};  ///< a value that has to be beaten first
    bool restore_best_weights = false;    ///< at the end, the weights of the best epoch
    int start_from_epoch = 0;             ///< epochs that are not looked at
  };
  explicit EarlyStopping(Options options);
  EarlyStopping() : EarlyStopping(Options()) {}
  void on_train_begin() override;
  void on_epoch_end(int epoch, const Logs& logs) override;
  void on_train_end(const Logs& logs) override;
  Config state(NamedTensors& tensors) const override;
  void restore(const Config& state, const NamedTensors& tensors) override;
  int stopped_epoch() const { return stopped_epoch_; }  ///< 0 where it did not stop the training
  int best_epoch() const { return best_epoch_; }
  double best() const { return best_; }

 private:
  Options options_;
  Improvement better_;
  double best_ = 0;
  int wait_ = 0, best_epoch_ = 0, stopped_epoch_ = 0;
  std::vector<Tensor> best_weights_;
};

/// Saves the model, or its weights, as the training goes on. Keras's ModelCheckpoint.
///
/// The path may hold the epoch and the numbers of the logs: "model-{epoch:02d}-{val_loss:.2f}.safetensors". Files are
/// written beside and renamed: a reader never meets half of one.
/// Errors: a name in the path that is not in the logs; io.
class ModelCheckpoint : public Callback {
 public:
  struct Options {
    std::string filepath = {};  ///< required
    std::string monitor = "val_loss";
    int verbose = 0;
    bool save_best_only = false;
    bool save_weights_only = false;
    std::string mode = "auto";
    int64_t save_freq = 0;  ///< 0: at the end of every epoch; else every so many batches
    std::optional<double> initial_value_threshold = {};
  };
  explicit ModelCheckpoint(Options options);
  template <class Text>
    requires std::is_convertible_v<Text, std::string>
  explicit ModelCheckpoint(const Text& filepath) : ModelCheckpoint(Options{.filepath = filepath}) {}
  void on_train_begin() override;
  void on_epoch_begin(int epoch) override { epoch_ = epoch; }
  void on_epoch_end(int epoch, const Logs& logs) override;
  void on_train_batch_end(int64_t batch) override;
  Config state(NamedTensors& tensors) const override;
  void restore(const Config& state, const NamedTensors& tensors) override;
  bool comes_last() const override { return true; }

 private:
  void save(int epoch, const Logs& logs);
  Options options_;
  Improvement better_;
  double best_ = 0;
  int epoch_ = 0;
  int64_t batches_ = 0;
};

/// Makes the learning rate smaller when a number has stopped improving. Keras's ReduceLROnPlateau.
class ReduceLROnPlateau : public Callback {
 public:
  struct Options {
    std::string monitor = "val_loss";
    double factor = 0.1;  ///< the new rate is the old times this
    int patience = 10;
    int verbose = 0;
    std::string mode = "auto";
    double min_delta = 1e-4;
    int cooldown = 0;   ///< epochs after a reduction that do not count
    double min_lr = 0;  ///< the rate stays above
  };
  explicit ReduceLROnPlateau(Options options);
  ReduceLROnPlateau() : ReduceLROnPlateau(Options()) {}
  void on_train_begin() override;
  void add_logs(int epoch, Logs& logs) override;
  void on_epoch_end(int epoch, const Logs& logs) override;
  Config state(NamedTensors& tensors) const override;
  void restore(const Config& state, const NamedTensors& tensors) override;

 private:
  Options options_;
  Improvement better_;
  double best_ = 0;
  int wait_ = 0, cooldown_ = 0;
};

/// Sets the learning rate before every epoch: `LearningRateScheduler([](int epoch, double rate) { return rate * 0.9;
/// })`.
class LearningRateScheduler : public Callback {
 public:
  explicit LearningRateScheduler(std::function<double(int epoch, double rate)> schedule, int verbose = 0);
  void on_epoch_begin(int epoch) override;
  void add_logs(int epoch, Logs& logs) override;

 private:
  std::function<double(int, double)> schedule_;
  int verbose_;
};

/// Writes the numbers of every epoch to a file, a row each, the names in the first row. Keras's CSVLogger.
///
/// The whole file is written anew, beside and then renamed: it never ends in half a row. That is done after the first
/// epoch, then about twice a second, and at the end. A training that goes on from a checkpoint goes on with the rows
/// that were there.
class CSVLogger : public Callback {
 public:
  struct Options {
    std::string filename = {};  ///< required
    std::string separator = ",";
    bool append = false;  ///< keep the rows that the file has
  };
  explicit CSVLogger(Options options);
  template <class Text>
    requires std::is_convertible_v<Text, std::string>
  explicit CSVLogger(const Text& filename) : CSVLogger(Options{.filename = filename}) {}
  void on_train_begin() override;
  void on_epoch_end(int epoch, const Logs& logs) override;
  void on_train_end(const Logs& logs) override;
  Config state(NamedTensors& tensors) const override;
  void restore(const Config& state, const NamedTensors& tensors) override;

 private:
  void write() const;
  Options options_;
  std::string header_, rows_;
  int64_t epochs_ = 0;
  Stopwatch since_last_;
};

/// Ends the training as soon as the loss is NaN or infinite, with an Error that names the first layer and the first op
/// whose result was not finite though what it was given was.
///
/// Cost: the loss is read after every step, and all weights are copied every `every` steps, from where the step that
/// went wrong is done again.
class TerminateOnNaN : public Callback {
 public:
  struct Options {
    int64_t every = 50;  ///< steps between two copies of the weights
    bool raise = true;   ///< false: as Keras, the training ends and `fit` returns
  };
  explicit TerminateOnNaN(Options options);
  TerminateOnNaN() : TerminateOnNaN(Options()) {}
  void on_train_begin() override;
  void on_train_batch_end(int64_t batch) override;
  void on_train_end(const Logs& logs) override;

 private:
  Options options_;
};

/// Keeps a checkpoint of the training, and goes on from it if there is one: the weights then end in the same bits as
/// those of a training that was never interrupted. Keras's BackupAndRestore.
///
/// Errors: a checkpoint of another network or of other data; io.
class BackupAndRestore : public Callback {
 public:
  struct Options {
    std::string backup_dir = {};    ///< required; the file in it is checkpoint.safetensors
    int64_t save_freq = 0;          ///< 0: after every epoch; else every so many batches
    bool delete_checkpoint = true;  ///< when the training has ended
  };
  explicit BackupAndRestore(Options options);
  template <class Text>
    requires std::is_convertible_v<Text, std::string>
  explicit BackupAndRestore(const Text& backup_dir) : BackupAndRestore(Options{.backup_dir = backup_dir}) {}
  void on_train_begin() override;
  void on_epoch_end(int epoch, const Logs& logs) override;
  void on_train_batch_end(int64_t batch) override;
  void on_train_end(const Logs& logs) override;
  bool comes_last() const override { return true; }

 private:
  std::string path() const;
  Options options_;
  int64_t batches_ = 0;
};

/// Weights that are drawn back to slower ones: every `sync_period` steps the slow weights go a share of the way to the
/// model's, and the model goes on from there. At the end the model has the slow weights.
///
/// `slow_step_size`: the share, a number or a schedule by the step. Statistics of batches are weights too.
/// Errors: a period below 1. Source: M. Zhang et al., "Lookahead optimizer: k steps forward, 1 step back", 2019.
class Lookahead : public Callback {
 public:
  struct Options {
    int64_t sync_period = 6;
    LearningRate slow_step_size = 0.5;
  };
  explicit Lookahead(Options options);
  Lookahead() : Lookahead(Options()) {}
  void on_train_begin() override;
  void on_train_batch_end(int64_t batch) override;
  void on_train_end(const Logs& logs) override;
  Config state(NamedTensors& tensors) const override;
  void restore(const Config& state, const NamedTensors& tensors) override;

 private:
  Options options_;
  std::vector<Tensor> slow_;  // in the order of the model's weights
  int64_t steps_ = 0;
};

/// Shows what a layer gives for the batch at hand, while `fit` runs: shape, mean, deviation, smallest and largest
/// value, the share of zeros, and the first values.
///
///     model.fit(train, {.callbacks = {PrintLayer({.layer = "dense_1", .every = 100})}});
class PrintLayer : public Callback {
 public:
  struct Options {
    std::string layer = {};  ///< required
    int64_t every = 100;     ///< batches
    int64_t values = 8;      ///< of the first sample, shown
  };
  explicit PrintLayer(Options options) : options_(std::move(options)) {}
  template <class Text>
    requires std::is_convertible_v<Text, std::string>
  explicit PrintLayer(const Text& layer) : PrintLayer(Options{.layer = layer}) {}
  void on_train_batch_end(int64_t batch) override;

 private:
  Options options_;
  int64_t batches_ = 0;
};

}  // namespace cajal
