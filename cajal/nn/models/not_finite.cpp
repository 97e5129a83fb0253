// The search for the first NaN: steps are repeated from the last copy of the weights, the bad one op by op.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cajal/base/text.h"
#include "cajal/eager/statistics.h"
#include "cajal/nn/internal/fit.h"
#include "cajal/program/mixed_precision.h"

namespace cajal {
namespace {

bool all_finite(const Tensor& value) { return statistics_of(value).finite(); }

// "NaN", or "infinite": what the first such element is.
std::string kind_of(const Tensor& value) {
  for (int64_t i = 0; i < value.size(); ++i)
    if (!std::isfinite(value.flat(i))) return std::isnan(value.flat(i)) ? "NaN" : "infinite";
  return "finite";
}

std::string range_text(const Tensor& value) {
  const TensorStatistics found = statistics_of(value);
  return fmt::format("{:.3g} to {:.3g}", found.least, found.greatest);
}

std::string described(const GraphNode& node, const Tensor& value, const std::vector<Tensor>& inputs) {
  std::string from;
  for (const Tensor& input : inputs)
    if (is_float(input.dtype()) && input.size() > 0) from += (from.empty() ? "" : ", ") + range_text(input);
  return "the op '" + std::string(node.op->name) + "' in '" + (node.scope ? *node.scope : "") +
         "' is the first to give a value that is " + kind_of(value) +
         (from.empty() ? "" : " (from values of " + from + ")");
}

// Runs one step op by op with the plain kernels, and finds the first value that is not finite though all that it was
// made from is. Nothing is assigned.
std::string first_bad_op(const Graph& recorded, const std::vector<Tensor>& inputs, const Program::Options& options,
                         uint64_t seed, uint64_t step) {
  Graph graph = recorded;
  fold_training(graph, true);
  if (options.precision == Precision::mixed_bfloat16) mix_precision(graph, options.float32_scopes);
  Run run;
  run.seed = seed;
  run.step = step;
  std::vector<std::vector<Tensor>> values;
  evaluate(graph, inputs, &run, &values);
  std::vector<bool> finite(graph.nodes.size());
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    const GraphNode& node = graph.nodes[i];
    finite[i] = std::all_of(values[i].begin(), values[i].end(), all_finite);
    if (finite[i]) continue;
    std::vector<Tensor> given;
    bool inputs_finite = true;
    for (Value input : node.inputs) {
      inputs_finite = inputs_finite && finite[size_t(input.node)];
      given.push_back(values[size_t(input.node)][size_t(input.output)]);
    }
    const auto bad = std::find_if_not(values[i].begin(), values[i].end(), all_finite);
    if (inputs_finite) return described(node, *bad, given);
  }
  return {};
}

std::vector<Tensor> tensors_of(const Batch& batch) {
  std::vector<Tensor> out = batch.x;
  out.insert(out.end(), batch.y.begin(), batch.y.end());
  if (batch.weight.defined()) out.push_back(batch.weight.cast(floatx()));
  return out;
}

void set_all(std::vector<Variable>& variables, const std::vector<Tensor>& values) {
  for (size_t i = 0; i < variables.size(); ++i) variables[i].set(values[i]);
}

std::vector<Tensor> copies_of(const std::vector<Variable>& variables) {
  std::vector<Tensor> out;
  for (const Variable& variable : variables) out.push_back(variable.value().copy());
  return out;
}

}  // namespace

std::vector<Variable> Model::Fit::changing() const {
  std::vector<Variable> out = model.weights();
  const std::vector<Variable> slots = model.optimizer()->variables();
  out.insert(out.end(), slots.begin(), slots.end());
  return out;
}

void Model::Fit::copy_now_and_then() {
  const int64_t every = model.model_->copies_every;
  if (every <= 0 || step % every != 0) return;
  if (!last) program_for(batch_with_weights());  // makes the weights
  copy = Copy{step, model.model_->step, copies_of(changing())};
}

void Model::keep_copies(int64_t every) { model_->copies_every = every; }

std::string Model::explain_not_finite() {
  Fit* fit = model_->fit;
  if (!fit || !fit->last) fail("the search for NaN needs a training under way", "call it from a callback of fit");
  const int64_t bad_step = fit->step;
  const std::string unknown =
      "the loss is not finite after step " + std::to_string(bad_step) + " of epoch " + std::to_string(fit->epoch + 1);
  if (!fit->copy) return unknown;
  std::vector<Variable> variables = fit->changing();
  set_all(variables, fit->copy->values);
  model_->step = fit->copy->train_step;
  fit->reader->seek(fit->copy->step);
  for (int64_t step = fit->copy->step; step < bad_step && fit->reader->next(fit->given); ++step) {
    const std::vector<Tensor> before = copies_of(variables);
    fit->train_step();
    const std::vector<Tensor> after = copies_of(variables);
    if (all_finite(fit->runner.output(0)) && std::all_of(after.begin(), after.end(), all_finite)) continue;
    set_all(variables, before);
    const std::string found = first_bad_op(fit->last->program.graph(), tensors_of(fit->batch()), program_options(),
                                           model_->seed, model_->step - 1);
    return "step " + std::to_string(step + 1) + " of epoch " + std::to_string(fit->epoch + 1) + ": " +
           (found.empty() ? "the loss or a weight is not finite" : found);
  }
  return unknown;
}

Tensor Model::layer_output(const std::string& layer, const std::vector<Tensor>& x) const {
  get_layer(layer);  // the nearest name, if there is none
  Vars placeholders;
  for (const Tensor& input : x) placeholders.push_back(placeholder(input.shape(), input.dtype(), "x"));
  Vars given;
  for (size_t i = 0; i < placeholders.size(); ++i) given.push_back(as_layer_input(placeholders[i], inputs(), i));
  for (const auto& call : calls()) {
    if (call->state->name != layer) continue;
    const Vars values = replay(call->outputs, inputs(), given);
    Program::Options options = program_options();
    options.name = name() + "/" + layer;
    return Program(placeholders, {values.at(0)}, options)(x).at(0);
  }
  fail("the value of '" + layer + "' cannot be had: the model was not called yet");
}

}  // namespace cajal
