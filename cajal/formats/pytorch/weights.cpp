#include "cajal/formats/pytorch/weights.h"

#include <fmt/core.h>

#include <algorithm>

#include "cajal/base/error.h"
#include "cajal/base/text.h"
#include "cajal/nn/layers/flatten.h"

namespace cajal {
namespace {

// "state_dict.module.layer1.0.conv1.weight" as "layer1_0_conv1" and "weight".
struct Named {
  std::string layer, weight;
};

Named named(std::string name) {
  for (std::string_view prefix : {"state_dict.", "model.", "module."})
    if (name.starts_with(prefix)) name.erase(0, prefix.size());
  const size_t dot = name.rfind('.');
  if (dot == std::string::npos) return {name, ""};
  Named out{name.substr(0, dot), name.substr(dot + 1)};
  std::replace(out.layer.begin(), out.layer.end(), '.', '_');
  return out;
}

// What a weight of ours is called there.
std::string theirs(const std::string& weight) {
  if (weight == "kernel" || weight == "gamma" || weight == "depthwise_kernel") return "weight";
  if (weight == "beta") return "bias";
  if (weight == "moving_mean") return "running_mean";
  if (weight == "moving_variance") return "running_var";
  return weight;
}

bool is_a(const LayerState& layer, std::string_view kind) { return layer.class_name.find(kind) != std::string::npos; }

// The picture that was flattened before this Dense layer, channels first; rank 0: none was.
Shape flattened_before(const Model& model, const LayerState& layer) {
  for (const auto& call : model.calls()) {
    if (call->state.get() != &layer) continue;
    Var x = call->inputs.at(0);
    for (auto before = layer_call_of(x); before && is_a(*before->state, "Dropout"); before = layer_call_of(x))
      x = before->inputs.at(0);
    const auto before = layer_call_of(x);
    if (!before || before->state->class_name != "Flatten" || before->inputs[0].rank() < 3) continue;
    const Shape& shape = before->inputs[0].shape();
    Shape sample{shape.back()};
    for (int axis = 1; axis + 1 < shape.rank(); ++axis) sample.push_back(shape[axis]);
    return sample;
  }
  return {};
}

Tensor turned_kernel(const Model& model, const LayerState& layer, Tensor weight) {
  if (is_a(layer, "DepthwiseConv")) {
    // [channels multiplier, 1, sizes...] as [channels, multiplier, sizes...].
    const int64_t channels = layer.weights[0].variable.shape()[-2].value();
    std::vector<int64_t> dims = weight.shape().ints();
    if (dims.size() < 3 || channels == 0 || dims[0] % channels != 0) return weight;
    dims[1] = dims[0] / channels;
    dims[0] = channels;
    weight = weight.reshape(Shape::of(dims));
  }
  std::vector<int> axes;
  for (int axis = 2; axis < weight.rank(); ++axis) axes.push_back(axis);
  if (is_a(layer, "DepthwiseConv")) axes.insert(axes.end(), {0, 1});
  else if (weight.rank() >= 2) axes.insert(axes.end(), {1, 0});
  if (weight.rank() < 2) return weight;
  Tensor out = weight.transpose(axes);
  if (layer.class_name == "Dense")
    if (const Shape sample = flattened_before(model, layer); sample.rank() > 0 && sample.size() == out.shape()[0])
      out = rows_with_channels_last(out, sample);
  return out;
}

}  // namespace

void load_pytorch_weights(Model& model, const NamedTensors& state) {
  NamedTensors found;
  std::vector<std::string> layers;
  for (const auto& [name, tensor] : state) {
    const Named parts = named(name);
    if (const std::string full = parts.layer + "." + parts.weight; !found.contains(full)) found.add(full, tensor);
    layers.push_back(parts.layer);
  }
  std::vector<std::pair<Variable, Tensor>> planned;
  for (const auto& layer : model.layers())
    for (const LayerState::Weight& weight : layer->weights) {
      if (layer->class_name == "Normalization") continue;  // PyTorch prepares pictures outside of its networks
      const Tensor* tensor = found.find(layer->name + "." + theirs(weight.name));
      if (!tensor)
        throw Error(Code::bad_data,
                    fmt::format("the file has no '{}' for the layer '{}'", theirs(weight.name), layer->name), {},
                    choices(layer->name, layers));
      const Tensor turned = weight.name.ends_with("kernel") ? turned_kernel(model, *layer, *tensor) : Tensor(*tensor);
      if (!(turned.shape() == weight.variable.shape()))
        throw Error(Code::bad_data,
                    fmt::format("'{}' of the layer '{}' has the shape {} here, and {} in the file", weight.name,
                                layer->name, weight.variable.shape().text(), tensor->shape().text()));
      planned.emplace_back(weight.variable, turned);
    }
  for (auto& [variable, value] : planned) variable.set(value);
}

}  // namespace cajal
