// compile, fit, evaluate, predict: programs that share their Variables, and the loops round them.
#include <algorithm>
#include <cmath>
#include <limits>

#include "cajal/base/random.h"
#include "cajal/base/text.h"
#include "cajal/data/batch_reader.h"
#include "cajal/nn/internal/model_state.h"
#include "cajal/nn/regularizer.h"
#include "cajal/ops/elementwise.h"
#include "cajal/ops/reduction.h"
#include "cajal/ops/shape.h"

namespace cajal {
namespace {

Spec batch_spec(const Tensor& tensor) {
  if (tensor.rank() == 0) fail("a batch holds a scalar where a tensor with a first axis of samples is expected");
  Shape shape = tensor.shape();
  shape[0] = Dim::symbol("batch");
  return {shape, tensor.dtype()};
}

// Pictures come as bytes, tables as doubles: layers compute in one float type. Whole numbers stay what they are, since
// they may be indices.
Var as_layer_input(const Var& x, const Vars& wanted, size_t index) {
  if (index < wanted.size() && is_float(wanted[index].dtype()))
    return x.dtype() == wanted[index].dtype() ? x : cast(x, wanted[index].dtype());
  const bool number = is_float(x.dtype()) || x.dtype() == DType::uint8 || x.dtype() == DType::boolean;
  return number && x.dtype() != floatx() ? cast(x, floatx()) : x;
}

// A frozen weight costs nothing.
void add_penalties(const LayerState& layer, Var& loss) {
  if (!*layer.trainable) return;
  for (const auto& weight : layer.weights)
    if (weight.regularizer && weight.variable.trainable()) loss = loss + weight.regularizer->penalty(weight.variable);
  for (const auto& inner : layer.sublayers) add_penalties(*inner, loss);
}

void constrain(const LayerState& layer, Optimizer& optimizer) {
  for (const auto& weight : layer.weights)
    if (weight.constraint) optimizer.set_constraint(weight.variable, weight.constraint);
  for (const auto& inner : layer.sublayers) constrain(*inner, optimizer);
}

std::vector<Shape> shapes_of(const Batch& batch, bool weighted) {
  std::vector<Shape> out;
  for (const Tensor& x : batch.x) out.push_back(x.shape());
  for (const Tensor& y : batch.y) out.push_back(y.shape());
  if (weighted) out.push_back(batch.weight.shape());
  return out;
}

void feed(Instance& instance, const Batch& batch, bool weighted) {
  int index = 0;
  for (const Tensor& x : batch.x) instance.feed(index++, x);
  for (const Tensor& y : batch.y) instance.feed(index++, y);
  if (weighted) instance.feed(index++, batch.weight.cast(floatx()));
}

// Class weights as weights of samples.
void weight_by_class(Batch& batch, const std::map<int, double>& class_weight) {
  if (batch.weight.defined())
    fail("both class_weight and sample weights were given", "multiply them into one sample weight");
  const Tensor& labels = batch.y.at(0);
  const int64_t count = labels.dim(0);
  if (labels.size() != count)
    fail("class_weight needs one label per sample and the targets are " + labels.shape().text());
  batch.weight = Tensor({count}, floatx());
  for (int64_t i = 0; i < count; ++i) {
    const int label = int(labels.flat(i));
    auto found = class_weight.find(label);
    if (found == class_weight.end()) fail("class_weight has no weight for the class " + std::to_string(label));
    batch.weight.set_flat(i, found->second);
  }
}

template <class T>
int64_t first_not_finite(const Tensor& tensor) {
  const Tensor dense = tensor.contiguous();
  const T* values = dense.data<T>();
  for (int64_t i = 0; i < dense.size(); ++i)
    if (!std::isfinite(values[i])) return i;
  return -1;
}

// A missing number in the data makes every weight a NaN within a step: it is looked for before the first one.
void refuse_not_finite(const Tensor& x, const char* part, int64_t first_row) {
  int64_t bad = -1;
  if (x.dtype() == DType::float32) bad = first_not_finite<float>(x);
  if (x.dtype() == DType::float64) bad = first_not_finite<double>(x);
  if (bad < 0) return;
  const int64_t width = x.size() / x.dim(0);
  throw Error(Code::bad_data,
              "sample " + std::to_string(first_row + bad / width) + " of the data has " +
                  (std::isnan(x.flat(bad)) ? "NaN" : "infinity") + " as value " + std::to_string(bad % width) +
                  " of its " + part,
              {}, "leave the sample out, or fill the value in");
}

// Pictures in bytes need not be read for it.
bool has_floats(const ElementSpec& spec) {
  auto floats = [](const TensorSpec& part) { return is_float(part.dtype); };
  return std::any_of(spec.x.begin(), spec.x.end(), floats) || std::any_of(spec.y.begin(), spec.y.end(), floats);
}

void refuse_not_finite(const Dataset& data) {
  if (!data.indexed() || data.cardinality() == Dataset::infinite || data.batch_size() > 0) return;
  if (!has_floats(data.element_spec())) return;
  int64_t row = 0;
  for (const Batch& batch : data.batch(1024)) {
    for (const Tensor& x : batch.x) refuse_not_finite(x, "input", row);
    for (const Tensor& y : batch.y) refuse_not_finite(y, "target", row);
    row += batch.x.at(0).dim(0);
  }
}

}  // namespace

BatchForm BatchForm::of(const Batch& batch) {
  BatchForm form;
  for (const Tensor& x : batch.x) form.x.push_back(batch_spec(x));
  for (const Tensor& y : batch.y) form.y.push_back(batch_spec(y));
  if (batch.weight.defined()) form.weight.push_back(batch_spec(batch.weight));
  return form;
}

Vars BatchForm::placeholders() const {
  Vars out;
  for (const Spec& spec : x) out.push_back(placeholder(spec.shape, spec.dtype, "x"));
  for (const Spec& spec : y) out.push_back(placeholder(spec.shape, spec.dtype, "y"));
  for (const Spec& spec : weight) out.push_back(placeholder(spec.shape, floatx(), "sample_weight"));
  return out;
}

// ------------------------------------------------------------------------------------------------ recording

/// What the training and the evaluation program have in common: predictions, loss, metrics.
struct Model::Training {
  Model& model;
  Model::State& state;
  BatchForm form;

  struct Parts {
    Vars x, y;
    Var weight;
  };

  Parts split(const Vars& given) const {
    Parts parts;
    size_t at = 0;
    for (size_t i = 0; i < form.x.size(); ++i) parts.x.push_back(as_layer_input(given[at++], state.inputs, i));
    for (size_t i = 0; i < form.y.size(); ++i) parts.y.push_back(given[at++]);
    if (form.weighted()) parts.weight = given[at];
    return parts;
  }

  const Any<Loss>& loss_of(size_t output) const {
    return state.arguments.losses.empty() ? state.arguments.loss : state.arguments.losses.at(output);
  }

  // The loss of the data; what layers and regularizers add comes on top.
  Var data_loss(const Parts& parts, const Vars& predictions) const {
    if (parts.y.size() != predictions.size())
      fail("'" + model.name() + "' has " + std::to_string(predictions.size()) + " outputs and the data has " +
               std::to_string(parts.y.size()) + " targets",
           parts.y.empty() ? "fit(x, y), or a data set of inputs and targets" : "");
    Scope scope("loss");
    Var total;
    for (size_t i = 0; i < predictions.size(); ++i) {
      if (!loss_of(i)) continue;
      Var loss = (*loss_of(i))(parts.y[i], predictions[i], parts.weight);
      if (loss.rank() > 0) loss = mean(loss);
      if (i < state.arguments.loss_weights.size()) loss = loss * state.arguments.loss_weights[i];
      total = total.defined() ? total + loss : loss;
    }
    if (!total.defined()) fail("'" + model.name() + "' was compiled without a loss", "compile({.loss = \"mse\"})");
    return total;
  }

  void resolve() const {
    if (state.resolved) return;
    state.resolved = true;
    state.loss_total = Variable(Tensor({}, floatx()), {"loss_total", false});
    state.loss_count = Variable(Tensor({}, floatx()), {"loss_count", false});
    for (const Any<Metric>& metric : state.arguments.metrics) state.metrics.push_back(metric.shared());
    for (const Any<Metric>& metric : state.arguments.weighted_metrics) {
      state.weighted_metrics.push_back(metric.shared());
      for (const auto& other : state.metrics)
        if (state.weighted_metrics.back()->name() == other->name())
          state.weighted_metrics.back()->set_name("weighted_" + other->name());
    }
  }

  void track(const Parts& parts, const Vars& predictions, const Var& loss) const {
    Scope scope("metrics");
    const Var count = batch_count(predictions[0]);
    state.loss_total.assign_add(stop_gradient(loss) * count);
    state.loss_count.assign_add(count);
    for (const auto& metric : state.metrics) metric->update(parts.y[0], predictions[0]);
    for (const auto& metric : state.weighted_metrics) metric->update(parts.y[0], predictions[0], parts.weight);
  }

  Var record(const Vars& given, bool train) const {
    const Parts parts = split(given);
    Recording effects;
    const Vars predictions = model.apply(parts.x);
    Var loss = data_loss(parts, predictions);
    for (const Var& extra : layer_call_of(predictions[0])->losses) loss = loss + extra;
    add_penalties(*model.state(), loss);
    resolve();
    if (train) {
      Scope scope("optimizer");
      constrain(*model.state(), *state.arguments.optimizer);
      state.arguments.optimizer->minimize(loss, model.trainable_weights());
    }
    track(parts, predictions, loss);
    return after(loss, effects.effects());
  }

  Program make(const std::function<Vars(const Vars&)>& function, bool train) const {
    Program::Options options;
    options.training = train;
    options.memory = state.memory;
    options.name = model.name();
    return Program(form.placeholders(), function, options);
  }

  FormProgram& find(std::vector<std::unique_ptr<FormProgram>>& programs, bool train) const {
    for (const auto& known : programs)
      if (known->form == form) return *known;
    Program program = make([this, train](const Vars& given) -> Vars { return {record(given, train)}; }, train);
    programs.push_back(std::make_unique<FormProgram>(FormProgram{form, program}));
    return *programs.back();
  }

  FormProgram& find_predict() const {
    for (const auto& known : state.predict)
      if (known->form == form) return *known;
    Program program = make([this](const Vars& given) { return model.apply(split(given).x); }, false);
    state.predict.push_back(std::make_unique<FormProgram>(FormProgram{form, program}));
    return *state.predict.back();
  }
};

void Model::compile(CompileArguments arguments) {
  if (!arguments.optimizer)
    fail("'" + name() + "' was compiled without an optimizer", "compile({.optimizer = \"adam\"})");
  model_->arguments = std::move(arguments);
  model_->compiled = true;
  model_->resolved = false;
  model_->metrics.clear();
  model_->weighted_metrics.clear();
  forget_programs();
}

void Model::forget_programs() {
  model_->train.clear();
  model_->test.clear();
  model_->predict.clear();
}

bool Model::compiled() const { return model_->compiled; }
Any<Optimizer> Model::optimizer() const { return model_->arguments.optimizer; }
Any<Loss> Model::loss() const { return model_->arguments.loss; }

void Model::set_memory(Memory memory) {
  model_->memory = memory;
  forget_programs();
}

void Model::stop_training() { model_->stop->store(true); }
bool Model::stopping() const { return model_->stop->load(); }

Logs Model::metrics_now() const {
  Logs logs;
  if (!model_->resolved) return logs;
  const double count = model_->loss_count.value().item();
  logs.set("loss", count > 0 ? model_->loss_total.value().item() / count : std::numeric_limits<double>::quiet_NaN());
  for (const auto& metric : model_->metrics) logs.set(metric->name(), metric->result());
  for (const auto& metric : model_->weighted_metrics) logs.set(metric->name(), metric->result());
  return logs;
}

void Model::reset_metrics() {
  if (!model_->resolved) return;
  model_->loss_total.set(Tensor({}, floatx()));
  model_->loss_count.set(Tensor({}, floatx()));
  for (const auto& metric : model_->metrics) metric->reset_state();
  for (const auto& metric : model_->weighted_metrics) metric->reset_state();
}

void Model::require_compiled() const {
  if (!compiled())
    fail("'" + name() + "' was not compiled",
         "compile({.optimizer = \"adam\", .loss = \"mse\"}) before fit and evaluate");
}

Program& Model::training_program(const Batch& example) {
  require_compiled();
  return Training{*this, *model_, BatchForm::of(example)}.find(model_->train, true).program;
}

void Model::build_for(const std::vector<Shape>& inputs, DType type) {
  Vars placeholders;
  for (const Shape& shape : inputs) placeholders.push_back(placeholder(shape, type, "input"));
  apply(placeholders);
}

// ------------------------------------------------------------------------------------------------ loops

namespace {

// Runs programs on batches; keeps the instance of the last shapes, since nearly all batches are of one size.
class Runner {
 public:
  void run(FormProgram& program, const Batch& batch) {
    if (!instance_ || last_ != &program || !same_shapes(batch)) {
      const bool weighted = program.form.weighted();
      shapes_ = shapes_of(batch, weighted);
      instance_ = &program.program.instance(shapes_);
      last_ = &program;
    }
    feed(*instance_, batch, program.form.weighted());
    program.program.run(*instance_);
  }
  Tensor output(int index) const { return instance_->output(index); }

 private:
  bool same_shapes(const Batch& batch) const {
    size_t i = 0;
    for (const Tensor& x : batch.x)
      if (!(shapes_[i++] == x.shape())) return false;
    for (const Tensor& y : batch.y)
      if (!(shapes_[i++] == y.shape())) return false;
    return true;
  }

  Instance* instance_ = nullptr;
  FormProgram* last_ = nullptr;
  std::vector<Shape> shapes_;
};

// How many steps an epoch has, as far as that is known; 0 otherwise.
int64_t steps_in(const BatchReader& reader, int64_t wanted) {
  const int64_t all = reader.steps() == Dataset::unknown || reader.steps() == Dataset::infinite ? 0 : reader.steps();
  if (wanted > 0) return all > 0 ? std::min(all, wanted) : wanted;
  return all;
}

[[noreturn]] void refuse_empty(const std::string& what) {
  throw Error(Code::bad_data, what + " is empty: it has no samples", {},
              "look at the file or folder that it was read from");
}

}  // namespace

/// One call of `fit`: its data, its callbacks, its history.
struct Model::Fit {
  Model& model;
  FitArguments arguments;
  Dataset training = {}, validation = {};
  History history = {};
  Logs logs = {};

  void split_data(const Dataset& data) {
    training = data;
    validation = arguments.validation_data;
    if (arguments.validation_split > 0) {
      if (!data.indexed()) fail("validation_split needs data that lies in memory", "give validation_data");
      const int64_t kept = int64_t(double(data.size()) * (1 - arguments.validation_split));
      training = data.take(kept);
      validation = data.skip(kept);
    }
    if (training.cardinality() == 0) refuse_empty("the training data");
    refuse_not_finite(training);
  }

  template <class F>
  void tell(F&& f) {
    for (const AnyCallback& callback : arguments.callbacks) f(*callback);
  }

  History run() {
    BatchReader reader(training, arguments.batch_size, arguments.shuffle, random::next_seed());
    const int64_t steps = steps_in(reader, arguments.steps_per_epoch);
    Progress progress(arguments.verbose, arguments.stream, arguments.epochs);
    model.model_->stop->store(false);
    tell([this](Callback& callback) {
      callback.set_model(&model);
      callback.on_train_begin();
    });
    for (int epoch = arguments.initial_epoch; epoch < arguments.epochs && !model.stopping(); ++epoch) {
      tell([epoch](Callback& callback) { callback.on_epoch_begin(epoch); });
      model.reset_metrics();
      progress.begin_epoch(epoch, steps);
      train_epoch(reader, epoch, progress);
      logs = model.metrics_now();
      validate(epoch);
      progress.end_epoch(logs);
      history.add(epoch, logs);
      tell([this, epoch](Callback& callback) { callback.on_epoch_end(epoch, logs); });
    }
    model.optimizer()->finalize_variable_values();
    tell([this](Callback& callback) { callback.on_train_end(logs); });
    return history;
  }

  void train_epoch(BatchReader& reader, int epoch, Progress& progress) {
    int64_t step = 0, samples = 0;
    reader.begin_epoch(uint64_t(epoch));
    while (reader.next(given)) {
      if (arguments.steps_per_epoch > 0 && step >= arguments.steps_per_epoch) break;
      tell([step](Callback& callback) { callback.on_train_batch_begin(step); });
      try {
        train_step();
      } catch (const Error& error) {
        throw error.at("step " + std::to_string(step + 1) + " of epoch " + std::to_string(epoch + 1));
      }
      samples += given.x[0].dim(0);
      tell([step](Callback& callback) { callback.on_train_batch_end(step); });
      progress.step(++step, samples, [this] { return model.metrics_now(); });
      if (model.stopping()) break;
    }
    if (step == 0) refuse_empty("the training data");
  }

  void train_step() {
    if (arguments.class_weight.empty()) {
      runner.run(program_for(given), given);
      return;
    }
    Batch batch = given;
    weight_by_class(batch, arguments.class_weight);
    runner.run(program_for(batch), batch);
  }

  FormProgram& program_for(const Batch& batch) {
    // The form of nearly every batch is that of the one before.
    if (!last || !same_form(batch))
      last = &Training{model, *model.model_, BatchForm::of(batch)}.find(model.model_->train, true);
    return *last;
  }

  bool same_form(const Batch& batch) const {
    auto fits = [](const Spec& spec, const Tensor& tensor) {
      if (spec.dtype != tensor.dtype() || spec.shape.rank() != tensor.rank()) return false;
      for (int axis = 1; axis < tensor.rank(); ++axis)
        if (!(spec.shape[axis] == tensor.shape()[axis])) return false;
      return true;
    };
    const BatchForm& form = last->form;
    if (form.x.size() != batch.x.size() || form.y.size() != batch.y.size()) return false;
    if (form.weighted() != batch.weight.defined()) return false;
    for (size_t i = 0; i < form.x.size(); ++i)
      if (!fits(form.x[i], batch.x[i])) return false;
    for (size_t i = 0; i < form.y.size(); ++i)
      if (!fits(form.y[i], batch.y[i])) return false;
    return !form.weighted() || form.weight[0].shape.rank() == batch.weight.rank();
  }

  void validate(int epoch) {
    const int frequency = std::max(1, arguments.validation_freq);
    if (!validation.defined() || (epoch + 1) % frequency != 0) return;
    int64_t size = arguments.validation_batch_size > 0 ? arguments.validation_batch_size : arguments.batch_size;
    if (validation.batch_size() > 0) size = 0;
    const Logs held_out = model.evaluate(validation, {.batch_size = size, .steps = arguments.validation_steps});
    for (const auto& log : held_out) logs.set("val_" + log.first, log.second);
  }

  FormProgram* last = nullptr;
  Runner runner = {};
  Batch given = {};  // its tensors are written over by every batch of the same shape
};

History Model::fit(const Dataset& data, FitArguments arguments) {
  require_compiled();
  Fit fit{*this, std::move(arguments)};
  fit.split_data(data);
  return fit.run();
}

History Model::fit(const Tensor& x, const Tensor& y, FitArguments arguments) {
  const Dataset data(x, y, arguments.sample_weight);
  return fit(data, std::move(arguments));
}

Logs Model::evaluate(const Dataset& data, EvaluateArguments arguments) {
  require_compiled();
  BatchReader reader(data, arguments.batch_size);
  Progress progress(arguments.verbose, arguments.stream, 0);
  progress.begin_epoch(0, steps_in(reader, arguments.steps));
  reset_metrics();
  Runner runner;
  Batch batch;
  int64_t step = 0, samples = 0;
  while ((arguments.steps == 0 || step < arguments.steps) && reader.next(batch)) {
    runner.run(Training{*this, *model_, BatchForm::of(batch)}.find(model_->test, false), batch);
    samples += batch.x[0].dim(0);
    progress.step(++step, samples, [this] { return metrics_now(); });
  }
  if (step == 0) refuse_empty("the data to evaluate");
  const Logs logs = metrics_now();
  progress.end_epoch(logs);
  return logs;
}

Logs Model::evaluate(const Tensor& x, const Tensor& y, EvaluateArguments arguments) {
  return evaluate(Dataset(x, y, arguments.sample_weight), arguments);
}

std::vector<Tensor> Model::predict_all(const Dataset& data, PredictArguments arguments) {
  std::vector<std::vector<Tensor>> pieces;
  BatchReader reader(data, arguments.batch_size);
  Runner runner;
  Batch given, batch;
  for (int64_t step = 0; (arguments.steps == 0 || step < arguments.steps) && reader.next(given); ++step) {
    batch.x = given.x;
    FormProgram& program = Training{*this, *model_, BatchForm::of(batch)}.find_predict();
    runner.run(program, batch);
    pieces.resize(program.program.graph().outputs.size());
    for (size_t i = 0; i < pieces.size(); ++i) pieces[i].push_back(runner.output(int(i)).copy());
  }
  if (pieces.empty()) refuse_empty("the data to predict");
  std::vector<Tensor> out;
  for (const auto& parts : pieces) out.push_back(join_batches(parts));
  return out;
}

Tensor join_batches(const std::vector<Tensor>& parts) {
  Shape shape = parts.at(0).shape();
  int64_t rows = 0;
  for (const Tensor& part : parts) rows += part.dim(0);
  shape[0] = rows;
  Tensor out(shape, parts[0].dtype());
  int64_t row = 0;
  for (const Tensor& part : parts) {
    Tensor place = out.slice(0, {row, row + part.dim(0)});
    place.assign(part);
    row += part.dim(0);
  }
  return out;
}

Tensor Model::predict(const Dataset& data, PredictArguments arguments) { return predict_all(data, arguments).at(0); }
Tensor Model::predict(const Tensor& x, PredictArguments arguments) { return predict(Dataset(x), arguments); }
Tensor Model::predict_on_batch(const Tensor& x) { return predict(x, {.batch_size = x.dim(0)}); }

Logs Model::train_on_batch(const Tensor& x, const Tensor& y, const Tensor& sample_weight) {
  Batch batch;
  batch.x = {x};
  batch.y = {y};
  batch.weight = sample_weight;
  require_compiled();
  Runner().run(Training{*this, *model_, BatchForm::of(batch)}.find(model_->train, true), batch);
  return metrics_now();
}

Logs Model::test_on_batch(const Tensor& x, const Tensor& y, const Tensor& sample_weight) {
  return evaluate(x, y, {.batch_size = x.dim(0), .sample_weight = sample_weight});
}

}  // namespace cajal
