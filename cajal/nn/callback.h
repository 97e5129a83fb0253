// Callback: what is told how a training goes, and may stop it.
#pragma once

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cajal/nn/part.h"
#include "cajal/tensor/files/named_tensors.h"

namespace cajal {

class Model;

/// Named numbers in the order in which they are shown: {"loss", 0.31}, {"accuracy", 0.91}, {"val_loss", ...}.
class Logs {
 public:
  void set(const std::string& name, double value);
  bool has(const std::string& name) const;
  /// Throws Error with the nearest name where there is none.
  double operator[](const std::string& name) const;
  auto begin() const { return entries_.begin(); }
  auto end() const { return entries_.end(); }
  size_t size() const { return entries_.size(); }

 private:
  std::vector<std::pair<std::string, double>> entries_;
};

/// The base of callbacks: override what is of interest. Keras's names.
class Callback {
 public:
  virtual ~Callback() = default;
  virtual void on_train_begin() {}
  virtual void on_train_end(const Logs& /*logs*/) {}
  virtual void on_epoch_begin(int /*epoch*/) {}
  /// `logs` holds the metrics of the epoch, those of the validation data as "val_...".
  virtual void on_epoch_end(int /*epoch*/, const Logs& /*logs*/) {}
  virtual void on_train_batch_begin(int64_t /*batch*/) {}
  /// Reading `model()->metrics_now()` costs a little; it is not done unless asked for.
  virtual void on_train_batch_end(int64_t /*batch*/) {}
  /// May add numbers of its own to those of the epoch (the learning rate); comes before every `on_epoch_end`.
  virtual void add_logs(int /*epoch*/, Logs& /*logs*/) {}

  /// True for those that are told after all others, whatever their order: what they save holds what the others did.
  virtual bool comes_last() const { return false; }
  /// What it has to remember for a training that goes on in another process: numbers and texts as the result, tensors
  /// under names of its own. `restore` is given both back.
  virtual Config state(NamedTensors& /*tensors*/) const { return {}; }
  virtual void restore(const Config& /*state*/, const NamedTensors& /*tensors*/) {}

  Model* model() const { return model_; }
  void set_model(Model* model) { model_ = model; }
  /// Where `fit` shows its progress.
  std::ostream& stream() const;
  void set_stream(std::ostream* stream) { stream_ = stream; }

  static std::shared_ptr<Callback> named(const std::string& name);

 private:
  Model* model_ = nullptr;
  std::ostream* stream_ = nullptr;
};
using AnyCallback = Any<Callback>;

/// Functions in place of a class: those that are empty are not called.
class LambdaCallback : public Callback {
 public:
  struct Options {
    std::function<void(int, const Logs&)> on_epoch_end = {};
    std::function<void(int)> on_epoch_begin = {};
    std::function<void(int64_t)> on_train_batch_end = {};
    std::function<void()> on_train_begin = {};
    std::function<void(const Logs&)> on_train_end = {};
  };
  explicit LambdaCallback(Options options) : options_(std::move(options)) {}
  void on_epoch_end(int epoch, const Logs& logs) override {
    if (options_.on_epoch_end) options_.on_epoch_end(epoch, logs);
  }
  void on_epoch_begin(int epoch) override {
    if (options_.on_epoch_begin) options_.on_epoch_begin(epoch);
  }
  void on_train_batch_end(int64_t batch) override {
    if (options_.on_train_batch_end) options_.on_train_batch_end(batch);
  }
  void on_train_begin() override {
    if (options_.on_train_begin) options_.on_train_begin();
  }
  void on_train_end(const Logs& logs) override {
    if (options_.on_train_end) options_.on_train_end(logs);
  }

 private:
  Options options_;
};

}  // namespace cajal
