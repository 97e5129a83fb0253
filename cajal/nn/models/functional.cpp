// How a model is read off recorded layer calls, and called again on other inputs.
#include <algorithm>
#include <set>

#include "cajal/base/text.h"
#include "cajal/nn/internal/model_state.h"

namespace cajal {
namespace {

// Walks from the outputs back to the inputs, from layer call to layer call: what lies inside a layer is its own affair.
class CallWalk {
 public:
  explicit CallWalk(const Vars& inputs) {
    for (const Var& input : inputs) stops_.insert(input.node().get());
  }

  void visit(const Var& value) {
    Vars pending{value};
    while (!pending.empty()) {
      const Var next = pending.back();
      pending.pop_back();
      if (!seen_.insert(next.node().get()).second || stops_.count(next.node().get())) continue;
      if (auto call = layer_call_of(next)) {
        if (calls_.insert({next.node()->sequence, call}).second)
          pending.insert(pending.end(), call->inputs.begin(), call->inputs.end());
      } else {
        pending.insert(pending.end(), next.node()->inputs.begin(), next.node()->inputs.end());
      }
    }
  }

  std::vector<std::shared_ptr<const LayerCall>> in_order() const {
    std::vector<std::shared_ptr<const LayerCall>> out;
    for (const auto& entry : calls_)
      if (std::find(out.begin(), out.end(), entry.second) == out.end()) out.push_back(entry.second);
    return out;
  }

 private:
  std::set<const Node*> stops_, seen_;
  std::set<std::pair<uint64_t, std::shared_ptr<const LayerCall>>> calls_;
};

// Other sizes than the model was recorded with are allowed wherever its layers allow them.
Vars called_again(const Vars& outputs, const Vars& losses, const Vars& recorded, const Vars& inputs) {
  Vars wanted = outputs;
  wanted.insert(wanted.end(), losses.begin(), losses.end());
  try {
    return replay(wanted, recorded, inputs);
  } catch (const Error& error) {
    for (size_t i = 0; i < inputs.size(); ++i)
      if (!(inputs[i].shape() == recorded[i].shape()))
        throw Error(error.code(),
                    "a model for inputs of " + recorded[i].shape().text() + " was given " + inputs[i].shape().text() +
                        ": " + error.message(),
                    error.where(), "samples of the shape that the model learned from, or a model for this one");
    throw;
  }
}

}  // namespace

Model::Model() : model_(std::make_shared<State>()) {}

Model::Model(const Vars& inputs, const Vars& outputs, const std::string& name) : Model() {
  set_class_name("Functional");
  if (!name.empty()) set_name(name);
  if (inputs.empty() || outputs.empty()) fail("a model needs at least one input and one output");
  for (const Var& input : inputs)
    if (!input.defined() || input.node()->op != &input_op())
      fail("a model's inputs must be Inputs", "Model({image, facts}, output) with Input image({32, 32, 3});");
  set_graph(inputs, outputs);
}

void Model::set_graph(const Vars& inputs, const Vars& outputs) {
  model_->inputs = inputs;
  model_->outputs = outputs;
  CallWalk walk(inputs);
  for (const Var& output : outputs) walk.visit(output);
  model_->calls = walk.in_order();
  auto& layers = state()->sublayers;
  for (const auto& call : model_->calls)
    if (std::find(layers.begin(), layers.end(), call->state) == layers.end()) layers.push_back(call->state);
  model_->losses.clear();
  for (const auto& call : model_->calls)
    model_->losses.insert(model_->losses.end(), call->losses.begin(), call->losses.end());
  // Checks now, not at the first call, that every placeholder on the way is among the inputs.
  Graph::of(inputs, outputs);
}

void Model::build_graph(const Vars&) {}

Vars Model::call_all(const Vars& inputs) {
  if (model_->inputs.empty()) return Layer::call_all(inputs);
  if (inputs.size() != model_->inputs.size())
    fail("'" + name() + "' takes " + std::to_string(model_->inputs.size()) + " inputs and was given " +
         std::to_string(inputs.size()));
  Vars made = called_again(model_->outputs, model_->losses, model_->inputs, inputs);
  for (size_t i = model_->outputs.size(); i < made.size(); ++i) add_loss(made[i]);
  made.resize(model_->outputs.size());
  return made;
}

const Vars& Model::inputs() const { return model_->inputs; }
const Vars& Model::outputs() const { return model_->outputs; }
std::vector<std::shared_ptr<const LayerCall>> Model::calls() const { return model_->calls; }

std::shared_ptr<LayerState> Model::get_layer(const std::string& wanted) const {
  std::vector<std::string> names;
  for (const auto& layer : layers()) {
    if (layer->name == wanted) return layer;
    names.push_back(layer->name);
  }
  throw Error(Code::not_found, "'" + name() + "' has no layer called '" + wanted + "'", {}, choices(wanted, names));
}

std::shared_ptr<LayerState> Model::get_layer(int index) const {
  const int count = int(layers().size());
  if (index < -count || index >= count)
    throw Error(Code::not_found, "'" + name() + "' has " + std::to_string(count) + " layers and layer " +
                                     std::to_string(index) + " was asked for");
  return layers()[size_t(index < 0 ? index + count : index)];
}

// ------------------------------------------------------------------------------------------------ Sequential

Sequential::Sequential() : stack_(std::make_shared<std::vector<AnyLayer>>()) { set_class_name("Sequential"); }

Sequential::Sequential(std::initializer_list<AnyLayer> layers, const std::string& name)
    : Sequential(std::vector<AnyLayer>(layers), name) {}

Sequential::Sequential(const std::vector<AnyLayer>& layers, const std::string& name) : Sequential() {
  if (!name.empty()) set_name(name);
  for (const AnyLayer& layer : layers) add(layer);
}

Sequential::Sequential(const Input& input, std::initializer_list<AnyLayer> layers, const std::string& name)
    : Sequential(std::vector<AnyLayer>(layers), name) {
  build_graph({input});
}

void Sequential::add(const AnyLayer& layer) {
  if (!layer) fail("an empty layer was added to '" + name() + "'");
  stack_->push_back(layer);
  if (!inputs().empty()) set_graph(inputs(), {(*layer)(outputs()[0])});
}

void Sequential::build_graph(const Vars& given) {
  if (stack_->empty()) fail("'" + name() + "' has no layers", "add(Dense(10))");
  if (given.size() != 1) fail("'" + name() + "' takes one input and was given " + std::to_string(given.size()));
  Var x = given[0];
  for (const AnyLayer& layer : *stack_) x = (*layer)(x);
  set_graph(given, {x});
}

// The first call fixes the input; later ones repeat the recorded layers.
Vars Sequential::call_all(const Vars& given) {
  if (inputs().empty()) {
    if (given.size() != 1) fail("'" + name() + "' takes one input and was given " + std::to_string(given.size()));
    apart([&] { build_graph({placeholder(given[0].shape(), given[0].dtype(), "input")}); });
  }
  return Model::call_all(given);
}

}  // namespace cajal
