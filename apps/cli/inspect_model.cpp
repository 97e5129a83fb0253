#include "apps/cli/inspect_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "apps/cli/inspect_data.h"
#include "apps/cli/outline.h"
#include "cajal/base/text.h"
#include "cajal/nn/model.h"
#include "cajal/program/fused.h"
#include "cajal/program/plan.h"
#include "cajal/tensor/files/safetensors.h"

namespace cajal::cli {
namespace {

/// A model's file, opened.
struct Opened {
  Path path;
  Safetensors file;
  std::shared_ptr<Model> model;

  /// A part of the metadata; null where it is not there.
  Config part(const char* name) const {
    const auto found = file.metadata.find(name);
    return found == file.metadata.end() ? Config() : Config::parse(found->second);
  }
  std::string version() const {
    const auto found = file.metadata.find("version");
    return found == file.metadata.end() ? "" : found->second;
  }
};

int64_t trainable_parameters(const Model& model) {
  int64_t count = 0;
  for (const Variable& weight : model.trainable_weights()) count += weight.size();
  return count;
}

// ------------------------------------------------------------------------------------------------ facts

std::string shape_text(const Var& value) { return value.spec().text(); }

Config layer_facts(const Model& model) {
  Config out = Config::List{};
  std::set<const LayerState*> seen;
  for (const auto& call : model.calls()) {
    if (!seen.insert(call->state.get()).second) continue;
    Config entry;
    entry.set("name", call->state->name);
    entry.set("class", call->state->class_name);
    entry.set("output", shape_text(call->outputs.at(0)));
    entry.set("trainable", *call->state->trainable);
    out.add(entry);
  }
  return out;
}

Config model_facts(const Opened& opened) {
  const Model& model = *opened.model;
  Config out, inputs = Config::List{}, outputs = Config::List{}, parameters;
  out.set("name", model.name());
  for (const Var& input : model.inputs()) inputs.add(shape_text(input));
  for (const Var& output : model.outputs()) outputs.add(shape_text(output));
  out.set("inputs", inputs), out.set("outputs", outputs);
  parameters.set("total", model.count_params());
  parameters.set("trainable", trainable_parameters(model));
  out.set("parameters", parameters);
  out.set("layers", layer_facts(model));
  out.set("config", opened.part("config"));
  return out;
}

// ------------------------------------------------------------------------------------------------ text

std::string parts_text(const Config& parts) {
  std::vector<std::string> out;
  if (parts.is_list())
    for (const Config& part : parts.list()) out.push_back(part_text(part));
  return join(out, ", ");
}

std::string training_text(const Config& training) {
  if (!training.is_map()) return entry_text("trained with", "nothing: it was not compiled");
  std::string out = entry_text("optimizer", part_text(training["optimizer"]));
  if (training.has("loss")) out += entry_text("loss", part_text(training["loss"]));
  for (const char* key : {"losses", "metrics", "weighted_metrics"})
    if (const std::string text = parts_text(training[key]); !text.empty()) out += entry_text(key, text);
  return out;
}

// The last value of each metric.
std::string last_logs(const Config& history) {
  std::string out;
  if (!history["history"].is_map()) return out;
  for (const auto& metric : history["history"].map())
    if (metric.second.is_list() && !metric.second.list().empty()) {
      const Config& last = metric.second.list().back();
      out += fmt::format("{}{} {}", out.empty() ? "" : "  ", metric.first,
                         last.is_number() ? fmt::format("{:.4f}", last.number()) : last.json());
    }
  return out;
}

std::string checkpoint_text(const Config& place) {
  const int64_t epochs = place["epoch"].integer(), steps = place["step"].integer();
  std::string stands = fmt::format("{} {} done", human_count(epochs), epochs == 1 ? "epoch" : "epochs");
  if (steps > 0) stands += fmt::format(", and {} {} of the next", human_count(steps), steps == 1 ? "step" : "steps");
  std::string out = entry_text("checkpoint", stands);
  if (const std::string logs = last_logs(place["history"]); !logs.empty()) out += entry_text("last epoch", logs);
  out += entry_text("data", outline(place["data"]));
  return out +
         entry_text("written by", fmt::format("cajal {}, {} kernels", outline(place["cajal"]), outline(place["simd"])));
}

std::string notes_text(const Config& notes) {
  std::string out;
  if (notes.is_map())
    for (const auto& note : notes.map()) {
      if (!note.second.is_map()) out += entry_text(note.first, outline(note.second));
      else
        for (const auto& inner : note.second.map())
          out += entry_text(note.first + " " + inner.first, outline(inner.second));
    }
  return out;
}

// ------------------------------------------------------------------------------------------------ graph and plan

Graph prediction_graph(const Opened& opened) {
  if (opened.model->inputs().empty())
    throw Error(Code::unsupported, opened.path.string() + " does not say what the model is fed, so it has no graph", {},
                "a model that was trained, or built for an input");
  return Graph::of(opened.model->inputs(), opened.model->outputs());
}

// Where a Variable lies in memory differs from run to run and says nothing.
std::string without_addresses(const std::string& text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const size_t found = text.find(" @0x", at);
    out += text.substr(at, found - at);
    if (found == std::string::npos) break;
    at = text.find_first_not_of("0123456789abcdef", found + 4);
    if (at == std::string::npos) break;
  }
  return out;
}

std::string graph_text(const Opened& opened, const std::string& form) {
  Graph graph = prediction_graph(opened);
  rewrite(graph, false);
  turn_once(graph);
  return form == "dot" ? dot(graph) : without_addresses(text(graph));
}

std::shared_ptr<const Plan> plan_of(const Opened& opened, int64_t batch) {
  Bindings bindings;
  bindings.match({Dim::symbol("batch")}, {batch});
  const Program::Options own = opened.model->program_options();
  return compile(prediction_graph(opened), bindings,
                 {.precision = own.precision, .float32_scopes = own.float32_scopes});
}

int64_t weight_bytes(const Model& model) {
  int64_t bytes = 0;
  for (const Variable& weight : model.weights()) bytes += int64_t(weight.value().bytes());
  return bytes;
}

std::string plan_text(const Opened& opened, const Plan& plan, int64_t batch) {
  return fmt::format("plan for {} samples at a time: {} of memory beside {} of weights\n{}", human_count(batch),
                     human_bytes(plan.arena_bytes), human_bytes(uint64_t(weight_bytes(*opened.model))), plan.text());
}

// ------------------------------------------------------------------------------------------------ together

// The model's own tensors; those of a checkpoint besides are the optimizer's and the metrics'.
NamedTensors weights_in(const Opened& opened) {
  std::set<std::string> names;
  for (const Variable& weight : opened.model->weights()) names.insert(weight.name());
  NamedTensors out;
  for (const auto& entry : opened.file.tensors)
    if (names.count(entry.first.substr(0, entry.first.rfind(':'))) || names.count(entry.first))
      out.add(entry.first, entry.second);
  return out;
}

std::string rest_text(const Opened& opened, const NamedTensors& weights) {
  const size_t more = opened.file.tensors.size() - weights.size();
  if (more == 0) return "";
  uint64_t bytes = 0;
  for (const auto& entry : opened.file.tensors)
    if (!weights.contains(entry.first)) bytes += entry.second.bytes();
  return fmt::format("and {} more tensors of the training's state, {}\n", more, human_bytes(bytes));
}

void add_overview(const Opened& opened, Inspection& out) {
  const Config training = opened.part("training"), notes = opened.part("notes"), place = opened.part("checkpoint");
  out.facts.set("model", model_facts(opened));
  out.facts.set("training", training);
  if (!notes.is_null()) out.facts.set("notes", notes);
  if (!place.is_null()) out.facts.set("checkpoint", place);
  out.text += opened.model->summary() + "\n" + training_text(training) + notes_text(notes);
  if (!place.is_null()) out.text += checkpoint_text(place);
}

void add_weights(const Opened& opened, bool numbers, Inspection& out) {
  const NamedTensors weights = weights_in(opened);
  out.facts.set("weights", tensor_facts(weights, numbers));
  if (numbers) out.text += numbers_text(weights) + rest_text(opened, weights);
}

void add_plan(const Opened& opened, int64_t batch, Inspection& out) {
  const auto plan = plan_of(opened, batch);
  Config facts;
  facts.set("batch", batch);
  facts.set("steps", int64_t(plan->steps.size()));
  facts.set("arena_bytes", int64_t(plan->arena_bytes));
  facts.set("weight_bytes", weight_bytes(*opened.model));
  facts.set("text", plan->text());
  out.facts.set("plan", facts);
  out.text += plan_text(opened, *plan, batch);
}

// What is asked for alone is shown alone: a drawing may go into a pipe.
Inspection inspect_model(const Opened& opened, const InspectionOptions& options) {
  const bool checkpoint = !opened.part("checkpoint").is_null();
  const std::string kind = checkpoint ? "a checkpoint of a Cajal model" : "a Cajal model";
  Inspection out{file_facts(opened.path, kind),
                 title(opened.path, fmt::format("{}, format {}", kind, opened.version()))};
  out.facts.set("format_version", opened.version());
  const std::string first_line = out.text;
  add_overview(opened, out);
  if (options.weights || options.of_models()) out.text = options.weights ? first_line : "";
  add_weights(opened, options.weights, out);
  if (!options.graph.empty()) {
    const std::string drawn = graph_text(opened, options.graph);
    out.facts.set("graph", drawn);
    out.text += drawn;
  }
  if (options.plan) add_plan(opened, options.batch, out);
  return out;
}

Config text_facts(const Metadata& metadata) {
  Config out;
  for (const auto& entry : metadata) out.set(entry.first, entry.second);
  return out;
}

}  // namespace

Inspection inspect_safetensors(const Path& path, const InspectionOptions& options) {
  Safetensors file = load_safetensors(path);
  const auto format = file.metadata.find("format");
  const bool ours = format != file.metadata.end() && format->second == "cajal";
  if (ours && file.metadata.count("config")) {
    try {
      return inspect_model({path, std::move(file), load_model(path.string())}, options);
    } catch (const Error& error) {
      if (std::string(error.what()).find(path.string()) != std::string::npos) throw;
      throw error.at(path.string());
    }
  }
  if (options.of_models())
    throw Error(Code::invalid_argument,
                fmt::format("'{}' holds tensors and no model: there is no graph and no plan", path.string()), {},
                "leave --graph and --plan out");
  const std::string kind = ours ? "weights without their model, a file" : "a safetensors file";
  return inspect_tensors(path, kind, file.tensors, text_facts(file.metadata), options);
}

}  // namespace cajal::cli
