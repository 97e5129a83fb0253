// fit, evaluate, predict: the loops round a model's programs.
#include <algorithm>
#include <iostream>

#include "cajal/base/random.h"
#include "cajal/nn/internal/fit.h"

namespace cajal {

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

void Runner::run(FormProgram& program, const Batch& batch, uint64_t step) {
  if (!instance_ || last_ != &program || !same_shapes(batch)) {
    const bool weighted = program.form.weighted();
    shapes_ = shapes_of(batch, weighted);
    instance_ = &program.program.instance(shapes_);
    last_ = &program;
  }
  feed(*instance_, batch, program.form.weighted());
  program.program.set_steps(step);
  program.program.run(*instance_);
}

Error Runner::with_sample(const Error& error, const Dataset& data) const {
  if (!instance_ || instance_->status().node < 0) return error;
  const bool target = error.where().find("'loss") != std::string::npos;
  const int64_t sample = sample_with(instance_->status().value, target, data);
  return sample < 0 ? error : error.at("sample " + std::to_string(sample) + " of the data");
}

bool Runner::same_shapes(const Batch& batch) const {
  size_t i = 0;
  for (const Tensor& x : batch.x)
    if (!(shapes_[i++] == x.shape())) return false;
  for (const Tensor& y : batch.y)
    if (!(shapes_[i++] == y.shape())) return false;
  return true;
}

namespace {

// How many steps an epoch has, as far as that is known; 0 otherwise.
int64_t steps_in(const BatchReader& reader, int64_t wanted) {
  const int64_t all = reader.steps() == Dataset::unknown || reader.steps() == Dataset::infinite ? 0 : reader.steps();
  if (wanted > 0) return all > 0 ? std::min(all, wanted) : wanted;
  return all;
}

}  // namespace

Model::Fit::Fit(Model& of, FitArguments given_arguments) : model(of), arguments(std::move(given_arguments)) {
  if (model.model_->fit) fail("'" + model.name() + "' is being trained: fit was called from a callback of fit");
  auto& callbacks = arguments.callbacks;
  std::stable_partition(callbacks.begin(), callbacks.end(),
                        [](const auto& callback) { return !callback->comes_last(); });
  model.model_->fit = this;
}

Model::Fit::~Fit() { model.model_->fit = nullptr; }

void Model::Fit::split_data(const Dataset& data) {
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

History Model::Fit::run() {
  begin();
  Progress progress(arguments.verbose, arguments.stream, arguments.epochs);
  while (epoch < arguments.epochs && !model.stopping()) run_epoch(progress);
  model.optimizer()->finalize_variable_values();
  tell([this](Callback& callback) { callback.on_train_end(logs); });
  return history;
}

void Model::Fit::begin() {
  epoch = arguments.initial_epoch;
  reader_seed = random::next_seed();
  model.model_->stop->store(false);
  tell([this](Callback& callback) {
    callback.set_model(&model);
    callback.set_stream(arguments.stream);
    callback.on_train_begin();
  });
  std::optional<Resume> resume = std::move(model.model_->resume);
  model.model_->resume.reset();
  if (resume) reader_seed = seed_from(resume->place["reader_seed"]);
  reader.emplace(training, arguments.batch_size, arguments.shuffle, reader_seed);
  if (resume) go_to(*resume);
}

void Model::Fit::run_epoch(Progress& progress) {
  if (step == 0) {
    tell([this](Callback& callback) { callback.on_epoch_begin(epoch); });
    model.reset_metrics();
  }
  progress.begin_epoch(epoch, steps_in(*reader, arguments.steps_per_epoch));
  cut = !train_epoch(progress);
  logs = model.metrics_now();
  validate();
  tell([this](Callback& callback) { callback.add_logs(epoch, logs); });
  progress.end_epoch(logs);
  history.add(epoch, logs);
  const int ended = epoch;
  if (!cut) ++epoch, step = 0;  // a checkpoint written from now on goes on with the next one
  tell([this, ended](Callback& callback) { callback.on_epoch_end(ended, logs); });
}

// False where the training was stopped before the epoch was over.
bool Model::Fit::train_epoch(Progress& progress) {
  int64_t samples = 0;
  reader->begin_epoch(uint64_t(epoch));
  if (step > 0) reader->seek(step);
  copy.reset();
  while (reader->next(given)) {
    if (arguments.steps_per_epoch > 0 && step >= arguments.steps_per_epoch) break;
    tell([this](Callback& callback) { callback.on_train_batch_begin(step); });
    copy_now_and_then();
    try {
      train_step();
    } catch (const Error& error) {
      throw runner.with_sample(error.at("step " + std::to_string(step + 1) + " of epoch " + std::to_string(epoch + 1)),
                               training);
    }
    samples += given.x[0].dim(0);
    const int64_t done = step++;
    tell([done](Callback& callback) { callback.on_train_batch_end(done); });
    progress.step(step, samples, [this] { return model.metrics_now(); });
    if (model.stopping()) return step == steps_in(*reader, arguments.steps_per_epoch);
  }
  if (step == 0) refuse_empty("the training data");
  return true;
}

const Batch& Model::Fit::batch_with_weights() {
  if (arguments.class_weight.empty()) return given;
  weighted = given;
  weight_by_class(weighted, arguments.class_weight);
  return weighted;
}

void Model::Fit::train_step() {
  const Batch& batch = batch_with_weights();
  runner.run(program_for(batch), batch, model.model_->step++);
}

// The form of nearly every batch is that of the one before. A callback may have compiled the model anew.
FormProgram& Model::Fit::program_for(const Batch& batch) {
  if (forgotten != model.model_->forgotten) {
    forgotten = model.model_->forgotten;
    last = nullptr;
    runner.forget();
  }
  if (!last || !same_form(batch)) last = &Training{model, *model.model_, BatchForm::of(batch)}.find(true);
  return *last;
}

bool Model::Fit::same_form(const Batch& batch) const {
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

void Model::Fit::validate() {
  const int frequency = std::max(1, arguments.validation_freq);
  if (!validation.defined() || (epoch + 1) % frequency != 0) return;
  int64_t size = arguments.validation_batch_size > 0 ? arguments.validation_batch_size : arguments.batch_size;
  if (validation.batch_size() > 0) size = 0;
  const Logs held_out = model.evaluate(validation, {.batch_size = size, .steps = arguments.validation_steps});
  for (const auto& log : held_out) logs.set("val_" + log.first, log.second);
}

History Model::fit(const Dataset& data, FitArguments arguments) {
  require_compiled();
  Fit fit(*this, std::move(arguments));
  fit.split_data(data);
  return fit.run();
}

History Model::fit(const Tensor& x, const Tensor& y, FitArguments arguments) {
  const Dataset data(x, y, arguments.sample_weight);
  return fit(data, std::move(arguments));
}

bool Model::within_epoch() const { return model_->fit && model_->fit->step > 0; }

const Batch& Model::current_batch() const {
  static const Batch none;
  return model_->fit ? model_->fit->given : none;
}

std::ostream& Callback::stream() const { return stream_ ? *stream_ : std::cout; }

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
    FormProgram& program = Training{*this, *model_, BatchForm::of(batch)}.find(false);
    try {
      runner.run(program, batch);
    } catch (const Error& error) {
      throw runner.with_sample(error, data);
    }
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
  Runner().run(Training{*this, *model_, BatchForm::of(batch)}.find(true), batch);
  return metrics_now();
}

Logs Model::test_on_batch(const Tensor& x, const Tensor& y, const Tensor& sample_weight) {
  return evaluate(x, y, {.batch_size = x.dim(0), .sample_weight = sample_weight});
}

}  // namespace cajal
