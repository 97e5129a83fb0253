// The search for the first NaN: steps are repeated from the last copy of the weights, the bad one op by op.
#include <cmath>

#include "cajal/base/text.h"
#include "cajal/nn/internal/fit.h"

namespace cajal {
namespace {

bool all_finite(const Tensor& value) {
  if (!is_float(value.dtype())) return true;
  const Tensor wide = value.cast(DType::float64).contiguous();
  const double* values = wide.data<double>();
  for (int64_t i = 0; i < wide.size(); ++i)
    if (!std::isfinite(values[i])) return false;
  return true;
}

// "NaN", or "infinite": what the first such element is.
std::string kind_of(const Tensor& value) {
  for (int64_t i = 0; i < value.size(); ++i)
    if (!std::isfinite(value.flat(i))) return std::isnan(value.flat(i)) ? "NaN" : "infinite";
  return "finite";
}

std::string range_text(const Tensor& value) {
  double low = HUGE_VAL, high = -HUGE_VAL;
  for (int64_t i = 0; i < value.size(); ++i) {
    low = std::min(low, value.flat(i));
    high = std::max(high, value.flat(i));
  }
  char text[64];
  std::snprintf(text, sizeof text, "%.3g to %.3g", low, high);
  return text;
}

// The first value of a run, in order, that is not finite though all that it was made from is.
std::string first_bad_node(const Instance& instance) {
  const Graph& graph = instance.plan().graph;
  std::vector<std::vector<bool>> finite(graph.nodes.size());
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    const GraphNode& node = graph.nodes[i];
    bool inputs_finite = true;
    for (Value input : node.inputs) inputs_finite = inputs_finite && finite[size_t(input.node)][size_t(input.output)];
    for (int output = 0; output < int(node.outputs.size()); ++output) {
      const Value value{int(i), output};
      const bool known = instance.plan().find(value) >= 0;
      const bool good = !known || all_finite(instance.value(value));
      finite[i].push_back(good);
      if (good || !inputs_finite) continue;
      std::string from;
      for (Value input : node.inputs)
        if (is_float(graph.spec(input).dtype) && instance.plan().find(input) >= 0)
          from += (from.empty() ? "" : ", ") + range_text(instance.value(input));
      return "the op '" + std::string(node.op->name) + "' in '" + (node.scope ? *node.scope : "") +
             "' is the first to give a value that is " + kind_of(instance.value(value)) +
             (from.empty() ? "" : " (from values of " + from + ")");
    }
  }
  return {};
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
  if (every <= 0 || step % every != 0 || !last) return;
  copy = Copy{step, model.model_->step, {}};
  for (const Variable& variable : changing()) copy->values.push_back(variable.value().copy());
}

void Model::keep_copies(int64_t every) { model_->copies_every = every; }

std::string Model::explain_not_finite() {
  Fit* fit = model_->fit;
  if (!fit || !fit->last) fail("the search for NaN needs a training under way", "call it from a callback of fit");
  const int64_t bad_step = fit->step;
  std::vector<Variable> variables = fit->changing();
  if (!fit->copy) return "the loss is not finite after step " + std::to_string(bad_step);
  for (size_t i = 0; i < variables.size(); ++i) variables[i].set(fit->copy->values[i]);
  model_->step = fit->copy->train_step;
  fit->reader->seek(fit->copy->step);
  // The programs of this search keep every value; the optimizer's are recorded once more for it.
  const Memory memory = model_->memory;
  set_memory(Memory::keep);
  fit->last = nullptr;
  fit->runner = {};
  std::string found;
  std::vector<Tensor> before(variables.size());
  for (int64_t step = fit->copy->step; step < bad_step && fit->reader->next(fit->given); ++step) {
    for (size_t i = 0; i < variables.size(); ++i) before[i] = variables[i].value().copy();
    fit->train_step();
    const Batch& batch = fit->batch();
    Instance& instance = fit->last->program.instance(shapes_of(batch, fit->last->form.weighted()));
    found = first_bad_node(instance);
    if (found.empty()) continue;
    found = "step " + std::to_string(step + 1) + " of epoch " + std::to_string(fit->epoch + 1) + ": " + found;
    for (size_t i = 0; i < variables.size(); ++i) variables[i].set(before[i]);
    break;
  }
  set_memory(memory);
  fit->last = nullptr;
  fit->runner = {};
  return found.empty() ? "the loss is not finite after step " + std::to_string(bad_step) : found;
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
    Program::Options options;
    options.name = name() + "/" + layer;
    return Program(placeholders, {values.at(0)}, options)(x).at(0);
  }
  fail("the value of '" + layer + "' cannot be had: the model was not called yet");
}

}  // namespace cajal
