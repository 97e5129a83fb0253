// A training as one file: the model as `save` writes it, and what `fit` needs to go on as if it had never stopped.
//
//   metadata "checkpoint"  {"version", "epoch", "step", "train_step", "seed", "reader_seed", "random", "data",
//                           "history", "callbacks", "simd", "kernels"}
//   tensors  the weights; "optimizer:0:iteration", ...; "metric:0:total", ...; "callback:0:...", ...
#include <algorithm>
#include <iostream>

#include "cajal/backends/machine.h"
#include "cajal/base/random.h"
#include "cajal/base/text.h"
#include "cajal/base/version.h"
#include "cajal/nn/internal/fit.h"
#include "cajal/program/tuning.h"

namespace cajal {
namespace {

constexpr int64_t checkpoint_version = 1;

std::string numbered(const std::string& kind, size_t index, const std::string& name) {
  return kind + ":" + std::to_string(index) + ":" + name;
}

// Under numbers, since two may have the same name.
void add_all(NamedTensors& out, const std::string& kind, const std::vector<Variable>& variables) {
  for (size_t i = 0; i < variables.size(); ++i) out.add(numbered(kind, i, variables[i].name()), variables[i].value());
}

void read_all(const Resume& from, const std::string& kind, const std::vector<Variable>& variables) {
  for (size_t i = 0; i < variables.size(); ++i) {
    const std::string name = numbered(kind, i, variables[i].name());
    const Tensor* found = from.tensors.find(name);
    if (!found || !(found->shape() == variables[i].shape()))
      throw Error(Code::bad_data,
                  from.path + " was written with another " + kind + ": it has no '" + name + "' of " +
                      variables[i].shape().text(),
                  {}, "the optimizer and the metrics that the training began with");
    Variable(variables[i]).set(*found);
  }
}

// As text: all 64 bits, also for readers whose numbers are doubles.
Config seed_config(uint64_t seed) { return std::to_string(seed); }

Config history_config(const History& history) {
  Config out{Config::Map{}};
  out.set("epoch", Config::List(history.epoch.begin(), history.epoch.end()));
  Config metrics{Config::Map{}};
  for (const auto& metric : history.history) {
    Config::List values;
    for (double value : metric.second) values.push_back(FieldConfig::config(value));
    metrics.set(metric.first, values);
  }
  out.set("history", metrics);
  return out;
}

History history_from(const Config& config) {
  History out;
  for (const Config& epoch : config["epoch"].list()) out.epoch.push_back(int(epoch.integer()));
  for (const auto& metric : config["history"].map()) {
    std::vector<double> values;
    FieldReader::read(metric.second, values);
    out.history.emplace_back(metric.first, values);
  }
  return out;
}

// What the data is, as far as that can be seen: another number or shape of samples is other data.
Config data_config(const BatchReader& reader, const Dataset& data) {
  Config out;
  out.set("samples", reader.samples());
  out.set("batch_size", reader.batch_size());
  const ElementSpec spec = data.element_spec();
  auto texts = [](const std::vector<TensorSpec>& parts) {
    Config::List list;
    for (const TensorSpec& part : parts) list.push_back(std::string(name(part.dtype)) + " " + part.shape.text());
    return list;
  };
  out.set("x", texts(spec.x));
  out.set("y", texts(spec.y));
  return out;
}

std::string data_text(const Config& data) {
  auto joined = [](const Config& list) {
    std::vector<std::string> parts;
    for (const Config& part : list.list()) parts.push_back(part.text());
    return join(parts, ", ");
  };
  const int64_t samples = data["samples"].integer();
  return (samples >= 0 ? human_count(samples) + " samples" : std::string("samples")) + " of " + joined(data["x"]) +
         " with targets " + joined(data["y"]) + ", in batches of " + std::to_string(data["batch_size"].integer());
}

Config kernels_config(const KernelTable& kernels) {
  Config out{Config::Map{}};
  for (const auto& [call, kernel] : kernels) out.set(call, kernel);
  return out;
}

std::shared_ptr<const KernelTable> kernels_from(const Config& config) {
  KernelTable out;
  for (const auto& [call, kernel] : config.map()) out[call] = kernel.text();
  return std::make_shared<const KernelTable>(std::move(out));
}

// Callbacks are told apart by their place among those that have something to remember.
struct Remembered {
  Config::List states;
  NamedTensors tensors;
};

Remembered memory_of(const std::vector<AnyCallback>& callbacks) {
  Remembered out;
  for (size_t i = 0; i < callbacks.size(); ++i) {
    NamedTensors own;
    out.states.push_back(callbacks[i]->state(own));
    for (const auto& entry : own) out.tensors.add(numbered("callback", i, entry.first), entry.second);
  }
  return out;
}

void restore_callbacks(const std::vector<AnyCallback>& callbacks, const Resume& from) {
  const Config::List& states = from.place["callbacks"].list();
  if (states.size() != callbacks.size())
    throw Error(Code::bad_data,
                from.path + " was written with " + std::to_string(states.size()) + " callbacks and fit was given " +
                    std::to_string(callbacks.size()),
                {}, "the callbacks that the training began with, in their order");
  for (size_t i = 0; i < callbacks.size(); ++i) {
    const std::string prefix = numbered("callback", i, "");
    NamedTensors own;
    for (const auto& entry : from.tensors)
      if (entry.first.starts_with(prefix)) own.add(entry.first.substr(prefix.size()), entry.second);
    if (!states[i].is_null()) callbacks[i]->restore(states[i], own);
  }
}

}  // namespace

uint64_t seed_from(const Config& config) {
  const std::string& digits = config.text();
  const bool number =
      !digits.empty() && digits.size() <= 20 && digits.find_first_not_of("0123456789") == std::string::npos;
  if (!number) throw Error(Code::bad_data, "'" + digits + "' is not a seed");
  return std::stoull(digits);
}

// The running sums of the loss and of all metrics.
std::vector<Variable> Model::State::metric_variables() const {
  std::vector<Variable> out;
  if (!resolved) return out;
  out = {loss_total, loss_count};
  for (const auto* list : {&metrics, &weighted_metrics})
    for (const auto& metric : *list) out.insert(out.end(), metric->variables().begin(), metric->variables().end());
  return out;
}

Config Model::Fit::place() const {
  const Model::State& state = *model.model_;
  Config out;
  out.set("version", checkpoint_version);
  out.set("cajal", std::string(version));
  out.set("simd", std::string(simd_name()));
  out.set("kernels", kernels_config(runner.kernels()));
  out.set("epoch", epoch);
  out.set("step", step);
  out.set("train_step", int64_t(state.step));
  out.set("seed", seed_config(state.seed));
  out.set("reader_seed", seed_config(reader_seed));
  out.set("random", Config::List{seed_config(random::seed()), int64_t(random::seeds_drawn())});
  out.set("data", data_config(*reader, training));
  out.set("history", history_config(history));
  return out;
}

void Model::save_checkpoint(const std::string& path) const {
  const Fit* fit = model_->fit;
  if (!fit || !fit->reader)
    fail("a checkpoint was asked for while '" + name() + "' is not being trained",
         "from a callback of fit; save() for a trained model");
  const Remembered memory = memory_of(fit->arguments.callbacks);
  NamedTensors tensors = weight_tensors(*this);
  add_all(tensors, "optimizer", optimizer()->variables());
  add_all(tensors, "metric", model_->metric_variables());
  for (const auto& entry : memory.tensors) tensors.add(entry.first, entry.second);
  Config place = fit->place();
  place.set("callbacks", memory.states);
  Metadata metadata = model_->metadata(const_cast<Model&>(*this));
  metadata["checkpoint"] = place.json();
  save_safetensors(path, tensors, metadata);
}

void Model::restore_checkpoint(const std::string& path) {
  Safetensors file = load_safetensors(path);
  const auto found = file.metadata.find("checkpoint");
  if (found == file.metadata.end())
    throw Error(Code::bad_data, path + " is no checkpoint: it does not say where a training stands", {},
                "a file that save_checkpoint or BackupAndRestore wrote; load_model opens others");
  const Config place = Config::parse(found->second);
  if (!place.is_map() || place["version"].is_null() || place["version"].integer() != checkpoint_version)
    throw Error(Code::unsupported, path + " was written by a newer Cajal", {}, "update Cajal");
  if (place["kernels"].is_map()) model_->kernels = kernels_from(place["kernels"]);
  model_->resume = Resume{path, place, std::move(file.tensors)};
}

// The kernels of the checkpoint are taken where they are there. Where one is not (another machine, oneDNN gone), the
// training goes on with others, whose results differ in their last bits.
void Model::Fit::tell_of_other_kernels(const Resume& resume) {
  const Batch& batch = batch_with_weights();
  FormProgram& form = program_for(batch);
  const Plan& plan = form.program.instance(shapes_of(batch, form.form.weighted())).plan();
  const KernelTable& wanted = model.model_->kernels ? *model.model_->kernels : KernelTable();
  const KernelTable here = kernels_of(plan);
  std::vector<std::string> others;
  for (const auto& [call, kernel] : wanted) {
    const auto found = here.find(call);
    const std::string now = found == here.end() ? "another kernel" : found->second;
    if (now != kernel) others.push_back(kernel + " (now " + now + ")");
  }
  std::sort(others.begin(), others.end());
  others.erase(std::unique(others.begin(), others.end()), others.end());
  if (others.empty() || arguments.verbose == 0) return;
  (arguments.stream ? *arguments.stream : std::cout)
      << resume.path << " was written with kernels that are not there now: " << join(others, ", ")
      << "; the training goes on, but not to the same last bits\n";
}

void Model::Fit::go_to(const Resume& resume) {
  Model::State& state = *model.model_;
  const Config& saved = resume.place;
  const Config data = data_config(*reader, training);
  if (!(data == saved["data"]))
    throw Error(Code::bad_data,
                resume.path + " is from a training on other data: " + data_text(saved["data"]) + "; these are " +
                    data_text(data),
                {}, "the data and the batch size that it began with");
  state.seed = seed_from(saved["seed"]);
  state.step = uint64_t(saved["train_step"].integer());
  // The first batch makes weights, slots and metrics, whose values then come from the file.
  if (!reader->next(given)) refuse_empty("the training data");
  tell_of_other_kernels(resume);
  load_into(model, resume.tensors, resume.path);
  read_all(resume, "optimizer", model.optimizer()->variables());
  read_all(resume, "metric", state.metric_variables());
  epoch = int(saved["epoch"].integer());
  step = saved["step"].integer();
  history = history_from(saved["history"]);
  restore_callbacks(arguments.callbacks, resume);
  const Config::List& random_place = saved["random"].list();
  random::set_seed(seed_from(random_place.at(0)), uint64_t(random_place.at(1).integer()));
}

}  // namespace cajal
