// What the copies of a Model share: its graph, how it is trained, its compiled programs.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cajal/base/parallel.h"
#include "cajal/nn/model.h"
#include "cajal/tensor/files/named_tensors.h"
#include "cajal/tensor/files/safetensors.h"

namespace cajal {

/// The form of a batch: how many inputs, targets and weights, of which types and sizes. Programs are recorded per form.
struct BatchForm {
  std::vector<Spec> x, y, weight;  ///< the first axis is the symbol "batch"
  bool weighted() const { return !weight.empty(); }
  static BatchForm of(const Batch& batch);
  Vars placeholders() const;
  friend bool operator==(const BatchForm&, const BatchForm&) = default;
};

/// A program that reads batches of one form.
struct FormProgram {
  BatchForm form;
  Program program;
};

/// A checkpoint that was read and waits for the `fit` that goes on from it.
struct Resume {
  std::string path;
  Config place;          ///< the metadata "checkpoint"
  NamedTensors tensors;  ///< weights, optimizer, metrics, callbacks
};

struct Model::State {
  Vars inputs, outputs, losses;
  std::vector<std::shared_ptr<const LayerCall>> calls;

  CompileArguments arguments;
  bool compiled = false;
  Memory memory = Memory::tight;
  std::vector<std::unique_ptr<FormProgram>> train, test, predict;
  uint64_t forgotten = 0;  ///< how often these were: who holds one has to look again

  /// The metrics of `arguments`, resolved for the shapes at hand, and the mean of the loss.
  std::vector<std::shared_ptr<Metric>> metrics, weighted_metrics;
  bool resolved = false;
  Variable loss_total, loss_count;
  uint64_t seed = 0;  ///< of the programs' random ops; 0: not drawn yet
  uint64_t step = 0;  ///< training steps so far: random masks follow it
  Config notes{Config::Map{}};
  Fit* fit = nullptr;                          ///< the call of `fit` that is under way
  std::optional<Resume> resume;                ///< where the next one begins
  std::shared_ptr<const KernelTable> kernels;  ///< those of the checkpoint, if the training goes on from one
  int64_t copies_every = 0;                    ///< steps between two copies of the weights
  /// What `Model::save` writes beside the weights; throws Error where the model cannot be written.
  Metadata metadata(Model& model) const;
  /// The running sums of the loss and of all metrics.
  std::vector<Variable> metric_variables() const;

  std::shared_ptr<std::atomic<bool>> stop = std::make_shared<std::atomic<bool>>(false);
};

/// The model that `Model::config` describes, weights as their initializers draw them.
std::shared_ptr<Model> model_from_config(const Config& config);

/// The weights under the names that they have in files.
NamedTensors weight_tensors(const Layer& layer);
/// Writes the tensors of those names into the layer's weights. Throws Error naming the first that is missing or has
/// another shape; nothing is changed then.
void load_into(const Layer& layer, const NamedTensors& tensors, const std::string& path);

/// Tensors of several batches, one after the other.
Tensor join_batches(const std::vector<Tensor>& parts);

/// Shows how a training goes: a bar that is redrawn, or a line per epoch.
class Progress {
 public:
  Progress(int verbose, std::ostream* stream, int epochs);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  void begin_epoch(int epoch, int64_t steps);
  /// Called after every step; reads the metrics (through `logs`) only when the bar is redrawn.
  void step(int64_t done, int64_t samples, FunctionRef<Logs()> logs);
  void end_epoch(const Logs& logs);

 private:
  void draw(int64_t done, const Logs& logs, bool last);
  bool kept() const;
  int verbose_;
  std::ostream& stream_;
  bool terminal_;
  int epochs_;
  int epoch_ = 0;
  int64_t steps_ = 0, samples_ = 0;
  double started_ = 0, drawn_ = 0, kept_at_ = 0;
  size_t width_ = 0;
  std::vector<double> losses_;  ///< of every redraw, for the little curve
};

}  // namespace cajal
