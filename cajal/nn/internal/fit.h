// One call of `fit`: what callbacks, checkpoints and the search for NaN need to know of it.
#pragma once

#include <optional>
#include <string>

#include "cajal/data/batch_reader.h"
#include "cajal/nn/internal/training.h"

namespace cajal {

/// One call of `fit`: its data, its callbacks, its history, its place.
struct Model::Fit {
  Fit(Model& of, FitArguments given);
  ~Fit();
  Fit(const Fit&) = delete;
  Fit& operator=(const Fit&) = delete;

  void split_data(const Dataset& data);
  History run();
  void train_step();
  FormProgram& program_for(const Batch& batch);
  /// The batch at hand as the program takes it: with class weights, if there are any.
  const Batch& batch() const { return arguments.class_weight.empty() ? given : weighted; }
  const Batch& batch_with_weights();
  /// Writes and reads what `fit` itself has to remember: see checkpoint.cpp.
  Config place() const;
  void go_to(const Resume& resume);
  void tell_of_other_kernels(const Resume& resume);

  Model& model;
  FitArguments arguments;
  Dataset training = {}, validation = {};
  History history = {};
  Logs logs = {};
  uint64_t reader_seed = 0;
  std::optional<BatchReader> reader;
  int epoch = 0;        ///< the epoch under way, or the next one
  int64_t step = 0;     ///< steps of it that are done
  bool cut = false;     ///< the training was stopped within this epoch
  Batch given = {};     ///< its tensors are written over by every batch of the same shape
  Batch weighted = {};  ///< the same with class weights
  FormProgram* last = nullptr;
  uint64_t forgotten = 0;  // State::forgotten when it was found
  Runner runner = {};

  /// Weights and optimizer state as they were before some step: where the search for NaN begins.
  struct Copy {
    int64_t step = 0;
    uint64_t train_step = 0;
    std::vector<Tensor> values;
  };
  std::optional<Copy> copy;
  /// All that a step changes and the next one reads.
  std::vector<Variable> changing() const;

 private:
  template <class F>
  void tell(F&& f) {
    for (const AnyCallback& callback : arguments.callbacks) f(*callback);
  }
  void begin();
  void run_epoch(Progress& progress);
  bool train_epoch(Progress& progress);
  void validate();
  void copy_now_and_then();
  bool same_form(const Batch& batch) const;
};

/// A seed as checkpoints write it; throws Error where it is none.
uint64_t seed_from(const Config& config);

}  // namespace cajal
