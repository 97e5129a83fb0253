// How a model's programs are recorded, and run on batches.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "cajal/nn/internal/model_state.h"

namespace cajal {

/// Records the programs of a model for batches of one form: training, evaluation, prediction. They share their
/// Variables.
struct Model::Training {
  Model& model;
  Model::State& state;
  BatchForm form;

  struct Parts {
    Vars x, y;
    Var weight;
  };

  /// The program for training (or evaluation), recorded at the first call.
  FormProgram& find(bool train) const;
  FormProgram& find_predict() const;
  /// What `find` records: the loss; assignments are effects.
  Var record(const Vars& given, bool train) const;
  /// The loss alone, with all that is added to it.
  Var loss(const Parts& parts, const Vars& predictions) const;
  Program make(const std::function<Vars(const Vars&)>& function, bool train) const;

 private:
  Parts split(const Vars& given) const;
  const Any<Loss>& loss_of(size_t output) const;
  Var data_loss(const Parts& parts, const Vars& predictions) const;
  void resolve() const;
  void track(const Parts& parts, const Vars& predictions, const Var& loss) const;
};

/// Runs programs on batches; keeps the instance of the last shapes, since nearly all batches are of one size.
class Runner {
 public:
  /// `step` numbers the run: random masks follow it.
  void run(FormProgram& program, const Batch& batch, uint64_t step = 0);
  /// The programs that it ran are no more.
  void forget() { instance_ = nullptr; }
  Tensor output(int index) const { return instance_->output(index); }
  /// For which calls there was a choice, and which kernel was chosen.
  KernelTable kernels() const { return instance_ ? instance_->plan().kernels : KernelTable(); }
  /// The error of a run, with the sample of the data that it comes from where that can be told.
  Error with_sample(const Error& error, const Dataset& data) const;

 private:
  bool same_shapes(const Batch& batch) const;

  Instance* instance_ = nullptr;
  FormProgram* last_ = nullptr;
  std::vector<Shape> shapes_;
};

/// Pictures come as bytes, tables as doubles: layers compute in one float type. Whole numbers stay what they are, since
/// they may be indices. `wanted`: the model's placeholders, if it has them.
Var as_layer_input(const Var& x, const Vars& wanted, size_t index);

/// What Instance::feed wants, in the order of BatchForm::placeholders.
std::vector<Shape> shapes_of(const Batch& batch, bool weighted);
void feed(Instance& instance, const Batch& batch, bool weighted);

/// Throws Error naming sample and value where the data holds NaN or infinity.
void refuse_not_finite(const Dataset& data);
/// The first sample with that value among its targets, or its inputs that are whole numbers; -1 where there is none, or
/// the data does not lie in memory.
int64_t sample_with(int64_t value, bool target, const Dataset& data);
/// Class weights as weights of samples. Throws Error where a class has none.
void weight_by_class(Batch& batch, const std::map<int, double>& class_weight);
[[noreturn]] void refuse_empty(const std::string& what);

}  // namespace cajal
