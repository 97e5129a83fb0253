// compile, and the programs that it leads to: training, evaluation, prediction.
#include "cajal/nn/internal/training.h"

#include <limits>

#include "cajal/base/random.h"
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

}  // namespace

// Pictures come as bytes, tables as doubles: layers compute in one float type. Whole numbers stay what they are, since
// they may be indices.
Var as_layer_input(const Var& x, const Vars& wanted, size_t index) {
  if (index < wanted.size() && is_float(wanted[index].dtype()))
    return x.dtype() == wanted[index].dtype() ? x : cast(x, wanted[index].dtype());
  const bool number = is_float(x.dtype()) || x.dtype() == DType::uint8 || x.dtype() == DType::boolean;
  return number && x.dtype() != floatx() ? cast(x, floatx()) : x;
}

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

Model::Training::Parts Model::Training::split(const Vars& given) const {
  Parts parts;
  size_t at = 0;
  for (size_t i = 0; i < form.x.size(); ++i) parts.x.push_back(as_layer_input(given[at++], state.inputs, i));
  for (size_t i = 0; i < form.y.size(); ++i) parts.y.push_back(given[at++]);
  if (form.weighted()) parts.weight = given[at];
  return parts;
}

const Any<Loss>& Model::Training::loss_of(size_t output) const {
  return state.arguments.losses.empty() ? state.arguments.loss : state.arguments.losses.at(output);
}

// The loss of the data; what layers and regularizers add comes on top.
Var Model::Training::data_loss(const Parts& parts, const Vars& predictions) const {
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

void Model::Training::resolve() const {
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

void Model::Training::track(const Parts& parts, const Vars& predictions, const Var& loss) const {
  Scope scope("metrics");
  const Var count = batch_count(predictions[0]);
  state.loss_total.assign_add(stop_gradient(loss) * count);
  state.loss_count.assign_add(count);
  for (const auto& metric : state.metrics) metric->update(parts.y[0], predictions[0]);
  for (const auto& metric : state.weighted_metrics) metric->update(parts.y[0], predictions[0], parts.weight);
}

Var Model::Training::loss(const Parts& parts, const Vars& predictions) const {
  Var out = data_loss(parts, predictions);
  for (const Var& extra : layer_call_of(predictions[0])->losses) out = out + extra;
  add_penalties(*model.state(), out);
  return out;
}

Var Model::Training::record(const Vars& given, bool train) const {
  const Parts parts = split(given);
  Recording effects;
  const Vars predictions = model.apply(parts.x);
  const Var loss = this->loss(parts, predictions);
  resolve();
  if (train) {
    Scope scope("optimizer");
    constrain(*model.state(), *state.arguments.optimizer);
    state.arguments.optimizer->minimize(loss, model.trainable_weights());
  }
  track(parts, predictions, loss);
  return after(loss, effects.effects());
}

namespace {

// The names of the layers that compute in float32, among those that compute at all; `mixed` if others do not. Only
// names: whether a scope begins with the model's own depends on when the layers were called.
void collect_policies(const LayerState& layer, std::vector<std::string>& float32, bool& mixed) {
  for (const auto& inner : layer.sublayers) collect_policies(*inner, float32, mixed);
  if (!layer.sublayers.empty()) return;
  if (layer.dtype_policy == "float32") float32.push_back(layer.name);
  else mixed = true;
}

}  // namespace

Program::Options Model::program_options() const {
  Program::Options options;
  options.float32_scopes = {"loss", "metrics", "optimizer"};
  bool mixed = false;
  collect_policies(*state(), options.float32_scopes, mixed);
  if (mixed) options.precision = Precision::mixed_bfloat16;
  return options;
}

Program Model::Training::make(const std::function<Vars(const Vars&)>& function, bool train) const {
  Program::Options options = model.program_options();
  options.training = train;
  options.memory = state.memory;
  options.name = model.name();
  options.kernels = state.kernels;
  // Not drawn: weights that are made only now must not depend on whether a program came first.
  if (state.seed == 0) state.seed = random::mix(random::mix(random::seed() + 1) + random::seeds_drawn());
  options.seed = state.seed;
  return Program(form.placeholders(), function, options);
}

FormProgram& Model::Training::find(bool train) const {
  auto& programs = train ? state.train : state.test;
  for (const auto& known : programs)
    if (known->form == form) return *known;
  Program program = make([this, train](const Vars& given) -> Vars { return {record(given, train)}; }, train);
  programs.push_back(std::make_unique<FormProgram>(FormProgram{form, program}));
  return *programs.back();
}

FormProgram& Model::Training::find_predict() const {
  for (const auto& known : state.predict)
    if (known->form == form) return *known;
  Program program = make([this](const Vars& given) { return model.apply(split(given).x); }, false);
  state.predict.push_back(std::make_unique<FormProgram>(FormProgram{form, program}));
  return *state.predict.back();
}

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
  ++model_->forgotten;
  model_->train.clear();
  model_->test.clear();
  model_->predict.clear();
}

bool Model::compiled() const { return model_->compiled; }
Any<Optimizer> Model::optimizer() const { return model_->arguments.optimizer; }
Any<Loss> Model::loss() const { return model_->arguments.loss; }
const CompileArguments& Model::compile_arguments() const { return model_->arguments; }

void Model::set_memory(Memory memory) {
  model_->memory = memory;
  forget_programs();
}

void Model::stop_training() { model_->stop->store(true); }
bool Model::stopping() const { return model_->stop->load(); }

Logs Model::metrics_now() const {
  Logs logs;
  if (!model_->resolved) return logs;
  logs.set("loss", loss_now());
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

double Model::loss_now() const {
  if (!model_->resolved) return std::numeric_limits<double>::quiet_NaN();
  const double count = model_->loss_count.value().item();
  return count > 0 ? model_->loss_total.value().item() / count : std::numeric_limits<double>::quiet_NaN();
}

Config& Model::notes() { return model_->notes; }
const Config& Model::notes() const { return model_->notes; }

void Model::require_compiled() const {
  if (!compiled())
    fail("'" + name() + "' was not compiled",
         "compile({.optimizer = \"adam\", .loss = \"mse\"}) before fit and evaluate");
}

Var Model::record_loss(const Vars& x, const Vars& y, const Var& sample_weight) {
  require_compiled();
  Recording effects;
  Training::Parts parts{{}, y, sample_weight};
  for (size_t i = 0; i < x.size(); ++i) parts.x.push_back(as_layer_input(x[i], model_->inputs, i));
  return Training{*this, *model_, {}}.loss(parts, apply(parts.x));
}

Program& Model::training_program(const Batch& example) {
  require_compiled();
  return Training{*this, *model_, BatchForm::of(example)}.find(true).program;
}

void Model::build_for(const std::vector<Shape>& inputs, DType type) {
  Vars placeholders;
  for (const Shape& shape : inputs) placeholders.push_back(placeholder(shape, type, "input"));
  apply(placeholders);
}

}  // namespace cajal
