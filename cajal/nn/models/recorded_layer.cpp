#include "cajal/nn/internal/recorded_layer.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>

#include "cajal/nn/initializer.h"
#include "cajal/ops/table.h"

namespace cajal {
namespace {

using NodePointer = std::shared_ptr<const Node>;

// All weights of a layer and of the layers inside it.
void collect_weights(const LayerState& layer, std::vector<Variable>& out) {
  for (const auto& weight : layer.weights) out.push_back(weight.variable);
  for (const auto& inner : layer.sublayers) collect_weights(*inner, out);
}

// A value that only has another name: the node that makes it stands for it.
bool only_renames(const Op& op) { return op.passes && &op != &stop_gradient_op() && &op != &after_op(); }

// The nodes between a call's inputs and what it made, as data.
class Writer {
 public:
  explicit Writer(const LayerCall& call) : call_(call) {
    collect_weights(*call.state, weights_);
    for (const Var& input : call.inputs) {
      Config node;
      node.set("input", int64_t(nodes_.size()));
      place(input, node);
    }
  }

  Config write() {
    for (const NodePointer& node : nodes_between())
      if (!places_.count({node.get(), 0})) write_node(*node);
    Config out;
    out.set("inputs", int64_t(call_.inputs.size()));
    out.set("weights", weights());
    out.set("nodes", nodes_);
    out.set("outputs", places(call_.outputs));
    out.set("losses", places(call_.losses));
    return out;
  }

 private:
  std::vector<NodePointer> nodes_between() const {
    Vars pending = call_.outputs;
    pending.insert(pending.end(), call_.effects.begin(), call_.effects.end());
    pending.insert(pending.end(), call_.losses.begin(), call_.losses.end());
    std::set<const Node*> seen;
    std::vector<NodePointer> out;
    while (!pending.empty()) {
      const Var next = pending.back();
      pending.pop_back();
      if (places_.count({next.node().get(), next.output()}) || !seen.insert(next.node().get()).second) continue;
      out.push_back(next.node());
      pending.insert(pending.end(), next.node()->inputs.begin(), next.node()->inputs.end());
    }
    std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a->sequence < b->sequence; });
    return out;
  }

  void place(const Var& value, Config node) {
    places_[{value.node().get(), value.output()}] = {int64_t(nodes_.size()), value.output()};
    nodes_.push_back(std::move(node));
  }

  void write_node(const Node& node) {
    if (only_renames(*node.op)) {
      places_[{&node, 0}] = places_.at(key(node.inputs[0]));
      return;
    }
    const int64_t at = int64_t(nodes_.size());
    nodes_.push_back(described(node));
    for (size_t i = 0; i < node.outputs.size(); ++i) places_[{&node, int(i)}] = {at, int(i)};
  }

  Config described(const Node& node) const {
    Config out;
    if (node.op == &input_op()) refuse("uses an Input from outside", "give it to the layer as an input");
    if (node.op == &constant_op()) return constant(node.attributes.as<ConstantAttributes>());
    if (node.op == &training_op()) {
      out.set("training", true);
    } else if (node.op == &variable_op() || node.op == &assign_op()) {
      out.set(node.op->name == "assign" ? "assign" : "weight", weight(node.attributes.as<VariableAttributes>()));
      if (!node.inputs.empty()) out.set("inputs", places(node.inputs));
    } else {
      if (node.op != &after_op() && node.op != &stop_gradient_op() && find_op(node.op->name) != node.op)
        refuse("uses the op '" + std::string(node.op->name) + "', which Cajal does not have", "save_weights");
      out.set("op", std::string(node.op->name));
      if (!node.attributes.config().map().empty()) out.set("attributes", node.attributes.config());
      out.set("inputs", places(node.inputs));
    }
    return out;
  }

  static Config constant(const ConstantAttributes& attributes) {
    Config out;
    out.set("constant", FieldConfig::config(attributes.value));
    if (attributes.weak) out.set("weak", true);
    if (attributes.type) out.set("type", std::string(name(*attributes.type)));
    return out;
  }

  int64_t weight(const VariableAttributes& attributes) const {
    for (size_t i = 0; i < weights_.size(); ++i)
      if (weights_[i].state() == attributes.state) return int64_t(i);
    refuse("uses the variable '" + attributes.state->name + "', which is no weight of it",
           "make it a weight with add_weight, in a layer of your own");
  }

  Config weights() const {
    Config::List out;
    for (const Variable& weight : weights_) {
      Config entry;
      entry.set("name", weight.name());
      entry.set("shape", FieldConfig::config(weight.shape()));
      entry.set("dtype", std::string(name(weight.dtype())));
      entry.set("trainable", weight.trainable());
      out.push_back(entry);
    }
    return out;
  }

  Config places(const Vars& values) const {
    Config::List out;
    for (const Var& value : values) {
      const auto [node, output] = places_.at(key(value));
      out.push_back(Config::List{node, int64_t(output)});
    }
    return out;
  }

  [[noreturn]] void refuse(const std::string& what, const std::string& hint) const {
    throw Error(Code::unsupported, "'" + call_.state->name + "' cannot be saved: it " + what, {}, hint);
  }

  static std::pair<const Node*, int> key(const Var& value) { return {value.node().get(), value.output()}; }

  const LayerCall& call_;
  std::vector<Variable> weights_;
  Config::List nodes_;
  std::map<std::pair<const Node*, int>, std::pair<int64_t, int>> places_;
};

[[noreturn]] void damaged(const std::string& layer, const std::string& what) {
  throw Error(Code::bad_data, "the nodes of the layer '" + layer + "' are damaged: " + what);
}

// Ops check their inputs' shapes and trust their number, which recording fixes: here it comes from a file. An op's own
// samples tell it.
bool takes(const Op& op, size_t inputs) {
  if (!op.samples) return false;
  size_t least = SIZE_MAX, most = 0;
  for (const Sample& sample : op.samples()) {
    least = std::min(least, sample.inputs.size());
    most = std::max(most, sample.inputs.size());
  }
  return inputs >= least && (inputs <= most || least != most);
}

}  // namespace

bool needs_recording(const LayerState& layer) {
  if (layer.class_name == "Lambda") return true;
  if (layer.class_name == "Sequential" || layer.class_name == "Functional") return false;
  const auto& types = layer_types();
  return std::none_of(types.begin(), types.end(),
                      [&](const LayerType* type) { return type->class_name == layer.class_name; });
}

Config recorded_config(const LayerCall& call) {
  if (call.state->config.is_map() && call.state->config.has("recorded")) return call.state->config;
  Config out;
  out.set("class_name", call.state->class_name);
  out.set("recorded", Writer(call).write());
  return out;
}

// ------------------------------------------------------------------------------------------------ reading

struct RecordedLayer::Values {
  const std::string& layer;
  const Vars& inputs;
  std::vector<Vars> made;

  Var at(const Config& place) const {
    if (!place.is_list() || place.list().size() != 2) damaged(layer, "a value is no pair of numbers");
    const int64_t node = place.list()[0].integer(), output = place.list()[1].integer();
    if (node < 0 || node >= int64_t(made.size()) || output < 0 || output >= int64_t(made[size_t(node)].size()))
      damaged(layer, "a value is used before it is made");
    return made[size_t(node)][size_t(output)];
  }
  Vars all(const Config& places) const {
    Vars out;
    if (!places.is_null())
      for (const Config& place : places.list()) out.push_back(at(place));
    return out;
  }
};

RecordedLayer::RecordedLayer(const Config& config) : config_(config) {
  set_class_name(config["class_name"].text());
  if (config.has("name")) set_name(config["name"].text());
}

void RecordedLayer::build_all(const std::vector<Shape>&) {
  weights_.clear();
  for (const Config& entry : config_["recorded"]["weights"].list()) {
    WeightOptions options;
    options.trainable = entry["trainable"].boolean();
    options.dtype = dtype_of(entry["dtype"].text());
    Shape shape;
    FieldReader::read(entry["shape"], shape);
    if (shape.is_symbolic()) damaged(name(), "a weight has the shape " + shape.text());
    weights_.push_back(add_weight(entry["name"].text(), shape, "zeros", options));
    weights_.back().set_name(entry["name"].text());
  }
}

Vars RecordedLayer::record(const Config& node, Values& values) {
  auto weight = [&](const Config& index) -> Variable& {
    if (index.integer() < 0 || index.integer() >= int64_t(weights_.size())) damaged(name(), "a weight is missing");
    return weights_[size_t(index.integer())];
  };
  if (node.has("input")) {
    const int64_t index = node["input"].integer();
    if (index < 0 || index >= int64_t(values.inputs.size())) damaged(name(), "an input is missing");
    return {values.inputs[size_t(index)]};
  }
  if (node.has("weight")) return {Var(weight(node["weight"]))};
  if (node.has("training")) return {training()};
  const Vars inputs = values.all(node["inputs"]);
  if (node.has("assign")) {
    if (inputs.size() != 1) damaged(name(), "an assignment has no value");
    return {weight(node["assign"]).assign(inputs[0])};
  }
  if (node.has("constant")) {
    ConstantAttributes attributes;
    FieldReader::read(node["constant"], attributes.value);
    if (!attributes.value.defined()) damaged(name(), "a constant has no value");
    attributes.weak = node.has("weak");
    if (node.has("type")) attributes.type = dtype_of(node["type"].text());
    return record_all(constant_op(), Attributes(attributes), {});
  }
  const std::string& op_name = node["op"].text();
  if (op_name == "after" || op_name == "stop_gradient") {
    if (inputs.empty()) damaged(name(), "'" + op_name + "' has no input");
    if (op_name == "stop_gradient") return {stop_gradient(inputs[0])};
    return {after(inputs[0], Vars(inputs.begin() + 1, inputs.end()))};
  }
  const Op* op = find_op(op_name);
  if (!op || op->structural || !op->read_attributes) damaged(name(), "there is no op '" + op_name + "'");
  if (!takes(*op, inputs.size()))
    damaged(name(), "'" + op_name + "' is given " + std::to_string(inputs.size()) + " inputs");
  const Config& given = node["attributes"];
  return record_all(*op, op->read_attributes(given.is_null() ? Config(Config::Map{}) : given), inputs);
}

Vars RecordedLayer::call_all(const Vars& inputs) {
  const Config& recorded = config_["recorded"];
  if (int64_t(inputs.size()) != recorded["inputs"].integer())
    fail("'" + name() + "' takes " + std::to_string(recorded["inputs"].integer()) + " inputs and was given " +
         std::to_string(inputs.size()));
  Values values{name(), inputs, {}};
  for (const Config& node : recorded["nodes"].list()) values.made.push_back(record(node, values));
  for (const Var& loss : values.all(recorded["losses"])) add_loss(loss);
  const Vars outputs = values.all(recorded["outputs"]);
  if (outputs.empty()) damaged(name(), "it has no outputs");
  return outputs;
}

}  // namespace cajal
