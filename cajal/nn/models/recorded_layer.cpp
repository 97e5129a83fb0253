#include "cajal/nn/internal/recorded_layer.h"

#include <algorithm>
#include <map>
#include <set>

#include "cajal/graph/body.h"
#include "cajal/nn/constraint.h"
#include "cajal/nn/initializer.h"
#include "cajal/nn/regularizer.h"
#include "cajal/ops/table.h"

namespace cajal {
namespace {

using NodePointer = std::shared_ptr<const Node>;

// All weights of a layer and of the layers inside it.
void collect_weights(const LayerState& layer, std::vector<LayerState::Weight>& out) {
  out.insert(out.end(), layer.weights.begin(), layer.weights.end());
  for (const auto& inner : layer.sublayers) collect_weights(*inner, out);
}

// A value that only has another name: the node that makes it stands for it.
bool only_renames(const Op& op) { return op.passes && &op != &stop_gradient_op() && &op != &after_op(); }

// The nodes between a call's inputs and what it made, as data.
class Writer {
 public:
  explicit Writer(const LayerCall& call) : call_(call) {
    collect_weights(*call.state, weights_);
    for (size_t i = 0; i < call.inputs.size(); ++i) place_from_outside("input", i, call.inputs[i]);
    for (size_t i = 0; i < call.inputs.size(); ++i)
      if (const Var mask = call.inputs[i].mask(); mask.defined()) place_from_outside("mask", i, mask);
  }

  Config write() {
    for (const NodePointer& node : nodes_between())
      if (!places_.count({node.get(), 0})) write_node(*node);
    Config out;
    out.set("inputs", int64_t(call_.inputs.size()));
    out.set("weights", weights());
    out.set("nodes", nodes_);
    out.set("outputs", places(call_.outputs));
    if (!masks().empty()) out.set("masks", output_masks());
    out.set("losses", places(call_.losses));
    return out;
  }

 private:
  Vars masks() const {
    Vars out;
    for (const Var& output : call_.outputs)
      if (output.mask().defined()) out.push_back(output.mask());
    return out;
  }

  // One for each output, null where it has none.
  Config output_masks() const {
    Config::List out;
    for (const Var& output : call_.outputs)
      out.push_back(output.mask().defined() ? places({output.mask()}).list()[0] : Config());
    return out;
  }

  std::vector<NodePointer> nodes_between() const {
    Vars pending = call_.outputs;
    for (const Vars& more : {call_.effects, call_.losses, masks()})
      pending.insert(pending.end(), more.begin(), more.end());
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

  void place_from_outside(const char* what, size_t index, const Var& value) {
    Config node;
    node.set(what, int64_t(index));
    places_[key(value)] = {int64_t(nodes_.size()), 0};
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
    if (node.op == &constant_op()) return constant_config(node.attributes.as<ConstantAttributes>());
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

  int64_t weight(const VariableAttributes& attributes) const {
    for (size_t i = 0; i < weights_.size(); ++i)
      if (weights_[i].variable.state() == attributes.state) return int64_t(i);
    refuse("uses the variable '" + attributes.state->name + "', which is no weight of it",
           "make it a weight with add_weight, in a layer of your own");
  }

  Config weights() const {
    Config::List out;
    for (const auto& [own_name, weight, regularizer, constraint] : weights_) {
      Config entry;
      entry.set("name", weight.name());
      entry.set("shape", FieldConfig::config(weight.shape()));
      entry.set("dtype", std::string(name(weight.dtype())));
      entry.set("trainable", weight.trainable());
      // Those of a class of the user's own have no name that a file could hold, and are left out.
      if (regularizer && !regularizer->config().is_null()) entry.set("regularizer", regularizer->config());
      if (constraint && !constraint->config().is_null()) entry.set("constraint", constraint->config());
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
  std::vector<LayerState::Weight> weights_;
  Config::List nodes_;
  std::map<std::pair<const Node*, int>, std::pair<int64_t, int>> places_;
};

[[noreturn]] void damaged(const std::string& layer, const std::string& what) {
  throw Error(Code::bad_data, "the nodes of the layer '" + layer + "' are damaged: " + what);
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
  if (call.state->config.is_map() && call.state->config.has("supports_masking")) out.set("supports_masking", true);
  out.set("recorded", Writer(call).write());
  return out;
}

// ------------------------------------------------------------------------------------------------ reading

struct RecordedLayer::Values {
  const std::string& layer;
  const Vars& inputs;
  std::vector<Vars> made;

  // An empty Var stands for the mask of an input that has none.
  Var found(const Config& place) const {
    if (!place.is_list() || place.list().size() != 2) damaged(layer, "a value is no pair of numbers");
    const int64_t node = place.list()[0].integer(), output = place.list()[1].integer();
    if (node < 0 || node >= int64_t(made.size()) || output < 0 || output >= int64_t(made[size_t(node)].size()))
      damaged(layer, "a value is used before it is made");
    return made[size_t(node)][size_t(output)];
  }
  Var at(const Config& place) const {
    const Var value = found(place);
    if (!value.defined())
      fail("'" + layer + "' was saved with a mask on its input, and is called without one",
           "an Embedding with mask_zero, or Masking, before it");
    return value;
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
  supports_masking = config.has("supports_masking");
}

void RecordedLayer::build_all(const std::vector<Shape>&) {
  weights_.clear();
  for (const Config& entry : config_["recorded"]["weights"].list()) {
    WeightOptions options;
    options.trainable = entry["trainable"].boolean();
    options.dtype = dtype_of(entry["dtype"].text());
    if (entry.has("regularizer")) options.regularizer = Regularizer::from_config(entry["regularizer"]);
    if (entry.has("constraint")) options.constraint = Constraint::from_config(entry["constraint"]);
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
  if (node.has("input") || node.has("mask")) {
    const int64_t index = node[node.has("input") ? "input" : "mask"].integer();
    if (index < 0 || index >= int64_t(values.inputs.size())) damaged(name(), "an input is missing");
    const Var& input = values.inputs[size_t(index)];
    return {node.has("input") ? input : input.mask()};
  }
  if (node.has("weight")) return {Var(weight(node["weight"]))};
  if (node.has("training")) return {training()};
  const Vars inputs = values.all(node["inputs"]);
  if (node.has("assign")) {
    if (inputs.size() != 1) damaged(name(), "an assignment has no value");
    return {weight(node["assign"]).assign(inputs[0])};
  }
  if (node.has("constant")) {
    return record_all(constant_op(), Attributes(constant_from(node)), {});
  }
  const std::string& op_name = node["op"].text();
  if (op_name == "after" || op_name == "stop_gradient") {
    if (inputs.empty()) damaged(name(), "'" + op_name + "' has no input");
    if (op_name == "stop_gradient") return {stop_gradient(inputs[0])};
    return {after(inputs[0], Vars(inputs.begin() + 1, inputs.end()))};
  }
  const Op* op = find_op(op_name, inputs.size());
  if (!op && (!find_op(op_name) || find_op(op_name)->structural)) damaged(name(), "there is no op '" + op_name + "'");
  if (!op) damaged(name(), "'" + op_name + "' is given " + std::to_string(inputs.size()) + " inputs");
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
  Vars outputs = values.all(recorded["outputs"]);
  if (outputs.empty()) damaged(name(), "it has no outputs");
  if (!recorded.has("masks")) return outputs;
  const Config::List& masks = recorded["masks"].list();
  if (masks.size() != outputs.size()) damaged(name(), "its masks are not those of its outputs");
  for (size_t i = 0; i < masks.size(); ++i)
    if (!masks[i].is_null()) outputs[i] = outputs[i].with_mask(values.found(masks[i]));
  return outputs;
}

}  // namespace cajal
