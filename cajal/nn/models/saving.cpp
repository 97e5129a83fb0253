// A model as one file: configuration as JSON in the metadata of a .safetensors file, weights as its tensors.
//
//   metadata "format"      "cajal"
//            "version"     "1": grows when a reader of today could not read what is written
//            "config"      {"class_name", "config"} of the model, layers with their names inside; which of them learn
//            "training"    {"optimizer", "loss", "metrics", ...} as given to compile; absent if it was not compiled
//            "notes"       what else belongs to it: how raw data is read for it, what its classes are called
//            "checkpoint"  of a training that goes on: see checkpoint.cpp
//   tensors  "dense/kernel", ... by the weights' names
#include <algorithm>
#include <map>

#include "cajal/base/text.h"
#include "cajal/nn/internal/model_state.h"
#include "cajal/nn/internal/recorded_layer.h"
#include "cajal/nn/internal/weight_budget.h"
#include "cajal/tensor/files/safetensors.h"

namespace cajal {
namespace {

constexpr const char* file_version = "1";

Config shape_config(const Shape& shape) { return ConfigWriter::to_config(shape); }

Shape shape_from(const Config& config) {
  Shape shape;
  ConfigReader::from_config(config, shape);
  return shape;
}

// Name and options say what a built-in layer does; of others the nodes are kept.
Config named_config(const LayerCall& call) {
  const LayerState& layer = *call.state;
  if (layer.config.has("not_saved"))
    throw Error(Code::unsupported, layer.config["not_saved"].text(), {}, layer.config["hint"].text());
  Config out = needs_recording(layer) ? recorded_config(call) : layer.config;
  out.set("name", layer.name);
  if (!*layer.trainable) out.set("trainable", false);
  if (layer.dtype_policy != "float32") out.set("dtype_policy", layer.dtype_policy);
  return out;
}

// Where a value comes from, for the wiring of a functional model: [layer, call, output] or [input number].
class Wiring {
 public:
  explicit Wiring(const Model& model) {
    for (size_t i = 0; i < model.inputs().size(); ++i) inputs_[model.inputs()[i].node().get()] = int64_t(i);
    const auto calls = model.calls();
    for (size_t i = 0; i < calls.size(); ++i) calls_[calls[i].get()] = int64_t(i);
  }
  Config source(const Var& value) const {
    Config out;
    if (auto input = inputs_.find(value.node().get()); input != inputs_.end()) {
      out.set("input", input->second);
      return out;
    }
    const auto call = layer_call_of(value);
    if (!call || !calls_.count(call.get()))
      throw Error(Code::unsupported,
                  "the op '" + std::string(value.node()->op->name) +
                      "' stands between layers, and models are saved by their layers",
                  {}, "put it into a layer of your own, or use save_weights");
    int64_t output = 0;
    for (size_t i = 0; i < call->outputs.size(); ++i)
      if (value.node()->attributes.as<LayerOutputAttributes>().output == int(i)) output = int64_t(i);
    out.set("call", calls_.at(call.get()));
    out.set("output", output);
    return out;
  }

 private:
  std::map<const Node*, int64_t> inputs_;
  std::map<const LayerCall*, int64_t> calls_;
};

// Of a layer that was not called yet.
Config layer_config(const Layer& layer) {
  Config entry = layer.config();
  entry.set("name", layer.name());
  if (!layer.trainable()) entry.set("trainable", false);
  if (layer.dtype_policy() != "float32") entry.set("dtype_policy", layer.dtype_policy());
  return entry;
}

Config functional_config(const Model& model) {
  const Wiring wiring(model);
  Config inner;
  for (const Var& input : model.inputs()) {
    Config entry;
    entry.set("name", input.node()->attributes.as<InputAttributes>().label);
    entry.set("shape", shape_config(input.shape()));
    entry.set("dtype", std::string(name(input.dtype())));
    Config list = inner["inputs"];
    list.add(entry);
    inner.set("inputs", list);
  }
  std::vector<const LayerState*> order;
  Config layers, calls, outputs;
  for (const auto& call : model.calls()) {
    auto found = std::find(order.begin(), order.end(), call->state.get());
    if (found == order.end()) {
      layers.add(named_config(*call));
      order.push_back(call->state.get());
      found = order.end() - 1;
    }
    Config entry, from;
    entry.set("layer", int64_t(found - order.begin()));
    for (const Var& input : call->inputs) from.add(wiring.source(input));
    entry.set("inputs", from);
    calls.add(entry);
  }
  for (const Var& output : model.outputs()) outputs.add(wiring.source(output));
  inner.set("layers", layers.is_null() ? Config(Config::List{}) : layers);
  inner.set("calls", calls.is_null() ? Config(Config::List{}) : calls);
  inner.set("outputs", outputs);
  return inner;
}

const Config& item(const Config& list, int64_t index) {
  if (index < 0 || index >= int64_t(list.list().size()))
    throw Error(Code::bad_data, "the model's configuration names entry " + std::to_string(index) + " of a list of " +
                                    std::to_string(list.list().size()));
  return list.list()[size_t(index)];
}

std::shared_ptr<Layer> layer_from(const Config& entry) {
  const std::string& kind = entry["class_name"].text();
  if (kind == "Sequential" || kind == "Functional") return model_from_config(entry);
  return Layer::from_config(entry);
}

// What a layer's entry says beside its configuration. Entries of files before mixed precision say nothing of it.
void set_from(const Config& entry, Layer& layer) {
  if (entry.has("trainable")) layer.set_trainable(entry["trainable"].boolean());
  layer.set_dtype_policy(entry.has("dtype_policy") ? entry["dtype_policy"].text() : "float32");
}

std::shared_ptr<Model> functional_from(const Config& config, const std::string& model_name) {
  Vars inputs;
  for (const Config& entry : config["inputs"].list())
    inputs.push_back(placeholder(shape_from(entry["shape"]), dtype_of(entry["dtype"].text()), entry["name"].text()));
  std::vector<std::shared_ptr<Layer>> layers;
  for (const Config& entry : config["layers"].list()) {
    layers.push_back(layer_from(entry));
    set_from(entry, *layers.back());
  }
  std::vector<Vars> made;
  auto source = [&](const Config& from) -> Var {
    if (from.has("input")) {
      const int64_t index = from["input"].integer();
      if (index < 0 || index >= int64_t(inputs.size()))
        throw Error(Code::bad_data, "the model names an input that it has not");
      return inputs[size_t(index)];
    }
    const int64_t call = from["call"].integer(), output = from["output"].integer();
    if (call < 0 || call >= int64_t(made.size()) || output < 0 || output >= int64_t(made[size_t(call)].size()))
      throw Error(Code::bad_data, "the model names a layer call that comes later or not at all");
    return made[size_t(call)][size_t(output)];
  };
  for (const Config& entry : config["calls"].list()) {
    Vars from;
    for (const Config& input : entry["inputs"].list()) from.push_back(source(input));
    item(config["layers"], entry["layer"].integer());
    made.push_back(layers[size_t(entry["layer"].integer())]->apply(from));
  }
  Vars outputs;
  for (const Config& output : config["outputs"].list()) outputs.push_back(source(output));
  return std::make_shared<Model>(inputs, outputs, model_name);
}

std::shared_ptr<Model> sequential_from(const Config& config, const std::string& model_name) {
  std::vector<AnyLayer> layers;
  for (const Config& entry : config["layers"].list()) layers.emplace_back(layer_from(entry));
  auto model = std::make_shared<Sequential>(layers, model_name);
  if (config.has("input_shape"))
    model->build_for({shape_from(config["input_shape"])}, dtype_of(config["input_dtype"].text()));
  size_t i = 0;
  for (const Config& entry : config["layers"].list()) {
    set_from(entry, *layers[i]);
    ++i;
  }
  return model;
}

// What has no configuration, a loss that is a function of one's own, cannot be written and is left out.
template <class Base>
Config parts_config(const std::vector<Any<Base>>& parts) {
  Config out;
  for (const Any<Base>& part : parts)
    if (const Config config = part->config(); !config.is_null()) out.add(config);
  return out;
}

template <class Base>
std::vector<Any<Base>> parts_from(const Config& config) {
  std::vector<Any<Base>> out;
  if (!config.is_null())
    for (const Config& part : config.list()) out.emplace_back(Base::from_config(part));
  return out;
}

Config training_config(const CompileArguments& arguments) {
  Config out;
  out.set("optimizer", arguments.optimizer->config());
  if (arguments.loss) out.set("loss", arguments.loss->config());
  out.set("losses", parts_config(arguments.losses));
  if (!arguments.loss_weights.empty()) out.set("loss_weights", ConfigWriter::to_config(arguments.loss_weights));
  out.set("metrics", parts_config(arguments.metrics));
  out.set("weighted_metrics", parts_config(arguments.weighted_metrics));
  return out;
}

void compile_from(Model& model, const Config& config) {
  if (!config.has("optimizer")) return;
  CompileArguments arguments;
  arguments.optimizer = Optimizer::from_config(config["optimizer"]);
  if (config.has("loss")) arguments.loss = Loss::from_config(config["loss"]);
  arguments.losses = parts_from<Loss>(config["losses"]);
  if (config.has("loss_weights")) ConfigReader::from_config(config["loss_weights"], arguments.loss_weights);
  arguments.metrics = parts_from<Metric>(config["metrics"]);
  arguments.weighted_metrics = parts_from<Metric>(config["weighted_metrics"]);
  model.compile(arguments);
}

// Which layers learn, those within layers too, in the order in which they lie.
void write_trainable(const LayerState& layer, Config& flags) {
  flags.add(*layer.trainable);
  for (const auto& inner : layer.sublayers) write_trainable(*inner, flags);
}

void read_trainable(LayerState& layer, const Config::List& flags, size_t& at) {
  if (at < flags.size()) *layer.trainable = flags[at++].boolean();
  for (const auto& inner : layer.sublayers) read_trainable(*inner, flags, at);
}

}  // namespace

Config Model::config() const {
  if (inputs().empty()) return Layer::config();  // a class of one's own
  Config out;
  out.set("class_name", "Functional");
  out.set("config", functional_config(*this));
  return out;
}

Config Sequential::config() const {
  Config layers;
  const auto made = calls();
  for (const AnyLayer& layer : stack()) {
    const auto call = std::find_if(made.begin(), made.end(), [&](const auto& c) { return c->state == layer->state(); });
    layers.add(call == made.end() ? layer_config(*layer) : named_config(**call));
  }
  Config inner;
  if (!inputs().empty()) {
    inner.set("input_shape", shape_config(inputs()[0].shape()));
    inner.set("input_dtype", std::string(cajal::name(inputs()[0].dtype())));
  }
  inner.set("layers", layers.is_null() ? Config(Config::List{}) : layers);
  Config out;
  out.set("class_name", "Sequential");
  out.set("config", inner);
  return out;
}

NamedTensors weight_tensors(const Layer& layer) {
  NamedTensors out;
  std::map<std::string, int> seen;
  for (const Variable& weight : layer.weights()) {
    // Two layers may have been given one name: the second weight of a name gets a number.
    const int count = seen[weight.name()]++;
    out.add(count == 0 ? weight.name() : weight.name() + ":" + std::to_string(count), weight.value());
  }
  return out;
}

void load_into(const Layer& layer, const NamedTensors& tensors, const std::string& path) {
  const NamedTensors own = weight_tensors(layer);
  std::vector<Variable> weights = layer.weights();
  size_t i = 0;
  for (const auto& entry : own) {
    const Tensor* found = tensors.find(entry.first);
    if (!found)
      throw Error(Code::bad_data, path + " has no weight '" + entry.first + "'", {},
                  choices(entry.first, tensors.names()));
    if (!(found->shape() == entry.second.shape()))
      throw Error(Code::bad_data, "the weight '" + entry.first + "' of " + path + " has the shape " +
                                      found->shape().text() + "; expected " + entry.second.shape().text());
  }
  for (const auto& entry : own) weights[i++].set(*tensors.find(entry.first));
}

// A class of one's own is written as a model of one layer: itself, by its nodes.
Config whole_config(Model& model) {
  if (!model.inputs().empty()) return model.config();
  Vars inputs;
  for (const Shape& shape : model.state()->input_shapes) inputs.push_back(placeholder(shape, floatx(), "input"));
  return Model(inputs, model.apply(inputs)).config();
}

Metadata Model::State::metadata(Model& model) const {
  if (!model.built() && model.inputs().empty())
    fail("'" + model.name() + "' has no weights yet",
         "call fit, or build_for({{Dim::symbol(\"batch\"), 28, 28}}), before save");
  Config whole = whole_config(model);
  whole.set("name", model.name());
  Config flags;
  write_trainable(*model.state(), flags);
  whole.set("trainable", flags);
  Metadata metadata{{"format", "cajal"}, {"version", file_version}, {"config", whole.json()}};
  if (!notes.map().empty()) metadata["notes"] = notes.json();
  if (compiled) metadata["training"] = training_config(arguments).json();
  return metadata;
}

void Model::save(const std::string& path) const {
  Model& recorded = const_cast<Model&>(*this);  // a class of one's own is recorded once more, which changes nothing
  save_safetensors(path, weight_tensors(*this), model_->metadata(recorded));
}

void Model::save_weights(const std::string& path) const {
  save_safetensors(path, weight_tensors(*this), {{"format", "cajal"}, {"version", file_version}});
}

void Model::load_weights(const std::string& path) { load_into(*this, load_safetensors(path).tensors, path); }

std::shared_ptr<Model> model_from_config(const Config& config) {
  const std::string& kind = config["class_name"].text();
  const std::string model_name = config.has("name") ? config["name"].text() : "";
  if (kind == "Sequential") return sequential_from(config["config"], model_name);
  if (kind == "Functional") return functional_from(config["config"], model_name);
  throw Error(Code::bad_data, "a model of the kind '" + kind + "' is not known", {}, "Sequential or Functional");
}

namespace {

// The model of a configuration, whose weights are no more than those of the file.
std::shared_ptr<Model> model_of(const Config& config, const NamedTensors& tensors) {
  int64_t numbers = 0;
  for (const auto& entry : tensors) numbers += entry.second.size();
  const WeightBudget budget(numbers);
  return model_from_config(config);
}

}  // namespace

std::shared_ptr<Model> load_model(const std::string& path) {
  const Safetensors file = load_safetensors(path);
  const auto format = file.metadata.find("format"), config = file.metadata.find("config");
  if (format == file.metadata.end() || format->second != "cajal" || config == file.metadata.end())
    throw Error(Code::bad_data, path + " holds tensors but no Cajal model", {},
                "load_safetensors, or Model::load_weights");
  if (const auto version = file.metadata.find("version");
      version == file.metadata.end() || version->second != file_version)
    throw Error(Code::unsupported, path + " was written by a newer Cajal", {}, "update Cajal");
  try {
    const Config whole = Config::parse(config->second);
    auto model = model_of(whole, file.tensors);
    load_into(*model, file.tensors, path);
    size_t at = 0;
    if (whole.has("trainable")) read_trainable(*model->state(), whole["trainable"].list(), at);
    if (const auto notes = file.metadata.find("notes"); notes != file.metadata.end())
      model->notes() = Config(Config::parse(notes->second).map());
    if (const auto training = file.metadata.find("training"); training != file.metadata.end())
      compile_from(*model, Config::parse(training->second));
    return model;
  } catch (const Error& error) {
    if (error.message().find(path) != std::string::npos) throw;
    throw error.at(path);
  }
}

}  // namespace cajal
