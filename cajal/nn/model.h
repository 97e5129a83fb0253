// Model: layers that can be trained, evaluated, asked, saved.
#pragma once

#include <functional>
#include <iosfwd>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cajal/data/dataset.h"
#include "cajal/nn/callback.h"
#include "cajal/nn/layer.h"
#include "cajal/nn/loss.h"
#include "cajal/nn/metric.h"
#include "cajal/nn/optimizer.h"
#include "cajal/program/program.h"

namespace cajal {

/// What `fit` returns: every metric of every epoch.
struct History {
  std::vector<int> epoch;
  std::vector<std::pair<std::string, std::vector<double>>> history;  ///< by metric, in the order shown

  /// The values of one metric, an epoch each; throws Error with the nearest name.
  const std::vector<double>& operator[](const std::string& metric) const;
  void add(int at_epoch, const Logs& logs);
};

/// How a model is trained: Keras's `compile` arguments.
struct CompileArguments {
  Any<Optimizer> optimizer = "rmsprop";
  Any<Loss> loss = {};
  std::vector<double> loss_weights = {};  ///< of models with several outputs; empty: all 1
  std::vector<Any<Metric>> metrics = {};  ///< of the first output; "accuracy" is resolved by loss and shape
  std::vector<Any<Metric>> weighted_metrics = {};
  std::vector<Any<Loss>> losses = {};  ///< one per output, where they differ
};

/// Arguments of `fit`, Keras's. `epochs` and `batch_size` stand first since everybody gives them.
struct FitArguments {
  int epochs = 1;
  int64_t batch_size = 0;  ///< 0: 32, or the data set's own batches
  int verbose = 1;         ///< 0 silent, 1 a progress bar (of many quick epochs some 25 stay), 2 a line per epoch
  std::vector<AnyCallback> callbacks = {};
  double validation_split = 0;
  Dataset validation_data = {};
  bool shuffle = true;
  std::map<int, double> class_weight = {};
  Tensor sample_weight = {};
  int initial_epoch = 0;
  int64_t steps_per_epoch = 0;        ///< 0: all of the data
  int64_t validation_steps = 0;       ///< 0: all of the validation data
  int64_t validation_batch_size = 0;  ///< 0: batch_size
  int validation_freq = 1;
  std::ostream* stream = nullptr;  ///< where progress is shown; null: standard output
};

/// Arguments of `evaluate`: as those of `fit`; silent unless told.
struct EvaluateArguments {
  int64_t batch_size = 0;
  int verbose = 0;
  Tensor sample_weight = {};
  int64_t steps = 0;
  std::ostream* stream = nullptr;
};

/// Arguments of `predict`: as those of `fit`; silent unless told.
struct PredictArguments {
  int64_t batch_size = 0;
  int verbose = 0;
  int64_t steps = 0;
  std::ostream* stream = nullptr;
};

/// What `summary` shows besides.
struct SummaryOptions {
  int line_length = 0;  ///< 0: 80
  bool expand_nested = false;
  bool show_trainable = false;
};

/// A layer that can be trained by itself: the functional form `Model(inputs, outputs)`, `Sequential`, or a class of
/// one's own that overrides `call`.
///
/// Copies share weights and training state. Not for two threads at a time.
class Model : public Layer {
 public:
  Model();
  /// The functional form: whatever leads from `inputs` to `outputs`.
  Model(const Vars& inputs, const Vars& outputs, const std::string& name = {});
  Model(const Vars& inputs, const Var& output, const std::string& name = {}) : Model(inputs, Vars{output}, name) {}

  Vars call_all(const Vars& inputs) override;
  Config config() const override;

  /// Sets how the model is trained; forgets compiled programs (call it again after freezing a layer).
  void compile(CompileArguments arguments);
  /// Trains. Throws Error before the first step where the data does not fit the model or the loss.
  History fit(const Dataset& data, FitArguments arguments);
  History fit(const Dataset& data) { return fit(data, FitArguments()); }
  History fit(const Tensor& x, const Tensor& y, FitArguments arguments);
  History fit(const Tensor& x, const Tensor& y) { return fit(x, y, FitArguments()); }
  /// Loss and metrics over the data, without training.
  Logs evaluate(const Dataset& data, EvaluateArguments arguments);
  Logs evaluate(const Dataset& data) { return evaluate(data, EvaluateArguments()); }
  Logs evaluate(const Tensor& x, const Tensor& y, EvaluateArguments arguments);
  Logs evaluate(const Tensor& x, const Tensor& y) { return evaluate(x, y, EvaluateArguments()); }
  /// The (first) output for every sample.
  Tensor predict(const Dataset& data, PredictArguments arguments);
  Tensor predict(const Dataset& data) { return predict(data, PredictArguments()); }
  Tensor predict(const Tensor& x, PredictArguments arguments);
  Tensor predict(const Tensor& x) { return predict(x, PredictArguments()); }
  /// All outputs.
  std::vector<Tensor> predict_all(const Dataset& data, PredictArguments arguments);
  /// One update on one batch; the metrics since the last reset.
  Logs train_on_batch(const Tensor& x, const Tensor& y, const Tensor& sample_weight = {});
  Logs test_on_batch(const Tensor& x, const Tensor& y, const Tensor& sample_weight = {});
  Tensor predict_on_batch(const Tensor& x);

  /// Makes the weights for inputs of these shapes (with a batch dimension in front, which may be symbolic).
  void build_for(const std::vector<Shape>& inputs, DType type = DType::float32);
  /// The table that Keras prints.
  std::string summary(SummaryOptions options) const;
  std::string summary() const { return summary(SummaryOptions()); }
  /// A layer by name (throws Error with the nearest one) or by its place.
  std::shared_ptr<LayerState> get_layer(const std::string& name) const;
  std::shared_ptr<LayerState> get_layer(int index) const;
  const std::vector<std::shared_ptr<LayerState>>& layers() const { return state()->sublayers; }

  /// Placeholders and results of a functional (or built sequential) model; empty for a class of one's own.
  const Vars& inputs() const;
  const Vars& outputs() const;
  /// The layer calls between them, in order.
  std::vector<std::shared_ptr<const LayerCall>> calls() const;

  /// Writes configuration, weights and training settings into one .safetensors file, beside and then renamed.
  void save(const std::string& path) const;
  void save_weights(const std::string& path) const;
  /// Throws Error naming the first weight that is missing or has another shape; nothing is changed then.
  void load_weights(const std::string& path);

  /// Writes all that a training needs to go on: the model as `save` writes it, with the optimizer's state, the metrics
  /// so far, the place in the data, the random numbers' state, the history and the callbacks' memory. Within `fit`
  /// only: from a callback. The file opens in `load_model` too.
  void save_checkpoint(const std::string& path) const;
  /// The next `fit` goes on where the checkpoint was written, and ends in the same bits as if it had never stopped. It
  /// needs the same model, data and arguments (more epochs are allowed). From a callback's `on_train_begin` it is the
  /// `fit` under way that goes on.
  /// Errors: here, where the file is no checkpoint; in `fit`, where network, data or batch size are others.
  void restore_checkpoint(const std::string& path);
  /// What else belongs to the model: how raw data is read for it, what its classes are called. Free for users, under
  /// names of their own; saved and loaded with the model.
  Config& notes();
  const Config& notes() const;

  bool compiled() const;
  Any<Optimizer> optimizer() const;
  Any<Loss> loss() const;
  /// All that `compile` was given.
  const CompileArguments& compile_arguments() const;
  /// The metrics as they stand since the last reset.
  Logs metrics_now() const;
  void reset_metrics();
  /// The mean loss since the last reset: cheaper than all metrics.
  double loss_now() const;
  /// True from the first step of an epoch until it has ended; still true in `on_epoch_end` where the training was
  /// stopped before the epoch was over.
  bool within_epoch() const;
  /// The batch of the step at hand; empty outside of `fit`. Its memory is used again by the next.
  const Batch& current_batch() const;
  /// The value of a layer's output for these inputs, as in `predict`. Throws Error with the nearest name.
  Tensor layer_output(const std::string& layer, const std::vector<Tensor>& x) const;
  /// From now on `fit` copies the weights every so many steps (0: never), so that `explain_not_finite` can go back.
  void keep_copies(int64_t every);
  /// Repeats the steps since the last copy until one makes a weight or the loss NaN or infinite, and says which layer
  /// and which op did so first. Within `fit`; the weights stay those before that step.
  std::string explain_not_finite();
  /// Ends `fit` after the present step: may be called from a callback or a signal handler.
  void stop_training();
  bool stopping() const;

  /// Records the loss that `compile` set on these inputs and targets, with what layers and regularizers add to it: for
  /// gradients and loops of one's own. Assignments (of batch statistics) are not recorded with it.
  Var record_loss(const Vars& x, const Vars& y, const Var& sample_weight = {});
  /// The compiled training program for batches of this form: for benchmarks, profiles and loops of one's own.
  Program& training_program(const Batch& example);
  /// The precision that the layers' policies ask for, in the options of a Program over this model.
  Program::Options program_options() const;
  /// Compiles programs with another planner mode from now on.
  void set_memory(Memory memory);

  struct Training;
  struct Fit;

 protected:
  /// Sets what a functional model consists of: Sequential does so when its input is known.
  void set_graph(const Vars& inputs, const Vars& outputs);
  virtual void build_graph(const Vars& inputs);

 private:
  struct State;
  void require_compiled() const;
  void forget_programs();

  std::shared_ptr<State> model_;
};

/// Layers one after the other.
///
///     Sequential model({Rescaling(1. / 255), Flatten(), Dense(512, "relu"), Dense(10)});
class Sequential : public Model {
 public:
  Sequential();
  Sequential(std::initializer_list<AnyLayer> layers, const std::string& name = {});
  explicit Sequential(const std::vector<AnyLayer>& layers, const std::string& name = {});
  /// Starts from a known input, so that weights and summary exist at once.
  Sequential(const Input& input, std::initializer_list<AnyLayer> layers, const std::string& name = {});

  void add(const AnyLayer& layer);
  Vars call_all(const Vars& inputs) override;
  Config config() const override;
  const std::vector<AnyLayer>& stack() const { return *stack_; }

 protected:
  void build_graph(const Vars& inputs) override;

 private:
  std::shared_ptr<std::vector<AnyLayer>> stack_;
};

/// Opens a file that `Model::save` wrote. Throws Error where it is no model, damaged, or holds a layer that is not
/// known here.
std::shared_ptr<Model> load_model(const std::string& path);

}  // namespace cajal
