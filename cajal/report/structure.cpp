// What a model consists of, read off the calls of its layers.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

#include "cajal/base/text.h"
#include "cajal/graph/op.h"
#include "cajal/report/diagram.h"

namespace cajal::report {
namespace {

int64_t count_of(const LayerState& layer) {
  int64_t count = 0;
  for (const auto& weight : layer.weights) count += weight.variable.size();
  for (const auto& inner : layer.sublayers) count += count_of(*inner);
  return count;
}

// A setting of a layer as a word: 512, relu, 3 x 3.
std::string word_of(const Config& value) {
  if (value.is_text()) return value.text() == "linear" ? std::string() : value.text();
  if (value.is_number()) return fmt::format("{:g}", value.number());
  if (value.is_map()) return value["class_name"].is_text() ? snake_case(value["class_name"].text()) : std::string();
  if (!value.is_list()) return {};
  std::vector<std::string> parts;
  for (const Config& item : value.list())
    if (item.is_number()) parts.push_back(fmt::format("{:g}", item.number()));
  return join(parts, "×");
}

// "Conv2D 32 3×3 relu": the settings that tell layers of one class apart.
std::string title_of(const LayerState& layer) {
  std::string out = layer.class_name.empty() ? "layer" : layer.class_name;
  const Config& options = layer.config["config"];
  if (!options.is_map()) return out;
  for (const char* key :
       {"units", "filters", "output_dim", "kernel_size", "pool_size", "rate", "scale", "activation"}) {
    if (!options.has(key)) continue;
    const Config& value = options[key];
    const bool ratio = std::string_view(key) == "scale" && value.is_number() && value.number() > 0 &&
                       value.number() < 0.1 && std::abs(1 / value.number() - std::round(1 / value.number())) < 1e-6;
    const std::string word = ratio ? fmt::format("1/{:g}", std::round(1 / value.number())) : word_of(value);
    if (!word.empty()) out += " " + word;
  }
  return out;
}

Part part_of(const LayerState& layer) {
  Part out{Part::Kind::layer, title_of(layer), layer.name, {}, count_of(layer)};
  out.trainable = *layer.trainable;
  if (!layer.output_shapes.empty()) out.shape = shape_words(layer.output_shapes[0]);
  return out;
}

/// Walks along the calls of a model.
class Reading {
 public:
  explicit Reading(const Model& model) {
    for (const Var& input : model.inputs()) add_input(input);
    for (const auto& call : model.calls()) add_call(*call);
    for (const Var& output : model.outputs()) {
      const int source = source_of(output);
      if (source >= 0) out.parts[size_t(source)].output = true;
    }
  }

  Structure out;

 private:
  int add(Part part) {
    out.parts.push_back(std::move(part));
    return int(out.parts.size()) - 1;
  }

  void add_input(const Var& input) {
    Part part{Part::Kind::input, "Input", input.node()->attributes.as<InputAttributes>().label,
              shape_words(input.shape())};
    values_[input.node().get()] = add(std::move(part));
  }

  void add_call(const LayerCall& call) {
    Part part = part_of(*call.state);
    if (!call.outputs.empty()) part.shape = shape_words(call.outputs[0].shape());
    part.shared = !seen_.insert({call.state.get(), 1}).second;
    if (part.shared) part.parameters = 0;
    const int place = add(std::move(part));
    calls_[&call] = place;
    connect(call.inputs, place);
  }

  void connect(const Vars& inputs, int to) {
    for (const Var& input : inputs) {
      const int from = source_of(input);
      const std::pair<int, int> edge{from, to};
      if (from >= 0 && std::find(out.edges.begin(), out.edges.end(), edge) == out.edges.end())
        out.edges.push_back(edge);
    }
  }

  // What made the value: an input, a layer's call, or an op that stands between layers. -1: a constant or a weight.
  int source_of(const Var& value) {
    if (const auto call = layer_call_of(value)) {
      const auto known = calls_.find(call.get());
      return known == calls_.end() ? -1 : known->second;
    }
    const Node* node = value.node().get();
    const auto known = values_.find(node);
    if (known != values_.end()) return known->second;
    if (node->inputs.empty()) return values_[node] = -1;
    const int place = add({Part::Kind::op, std::string(node->op->name), {}, shape_words(value.shape())});
    values_[node] = place;
    connect(node->inputs, place);
    return place;
  }

  std::map<const Node*, int> values_;
  std::map<const LayerCall*, int> calls_;
  std::map<const LayerState*, int> seen_;
};

}  // namespace

std::string shape_words(const Shape& shape) {
  std::string out;
  // No line ends at these spaces.
  for (int axis = 1; axis < shape.rank(); ++axis) out += (axis > 1 ? "\u00a0×\u00a0" : "") + shape[axis].text();
  return out.empty() ? "1" : out;
}

Structure structure_of(const Model& model) {
  if (!model.calls().empty()) return Reading(model).out;
  Structure out;
  if (const auto* stack = dynamic_cast<const Sequential*>(&model)) {
    for (const AnyLayer& layer : stack->stack()) out.parts.push_back(part_of(*layer->state()));
  } else {
    for (const auto& layer : model.layers()) out.parts.push_back(part_of(*layer));
  }
  return out;
}

}  // namespace cajal::report
