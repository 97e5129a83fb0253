#include "cajal/nn/layer.h"

#include <cxxabi.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <map>
#include <mutex>
#include <typeinfo>

#include "cajal/backends/machine.h"
#include "cajal/base/memory.h"
#include "cajal/base/random.h"
#include "cajal/base/text.h"
#include "cajal/nn/constraint.h"
#include "cajal/nn/initializer.h"
#include "cajal/nn/internal/recorded_layer.h"
#include "cajal/nn/internal/weight_budget.h"
#include "cajal/nn/regularizer.h"
#include "cajal/nn/undrawn_weights.h"
#include "cajal/ops/reduction.h"
#include "cajal/ops/shape.h"

namespace cajal {
namespace {

// The layer whose `call` is running on this thread: what is called inside belongs to it.
struct Frame {
  LayerState* layer = nullptr;
  std::vector<Var> losses = {};
  Frame* outer = nullptr;
};
thread_local Frame* innermost = nullptr;

class FrameGuard {
 public:
  explicit FrameGuard(LayerState* layer) : before_(innermost), frame_{layer, {}, innermost} { innermost = &frame_; }
  /// Outside of every layer.
  FrameGuard() : before_(innermost), frame_{} { innermost = nullptr; }
  ~FrameGuard() { innermost = before_; }
  FrameGuard(const FrameGuard&) = delete;
  FrameGuard& operator=(const FrameGuard&) = delete;
  std::vector<Var>& losses() { return frame_.losses; }

 private:
  Frame* before_;
  Frame frame_;
};

struct LayerOutput : LayerOutputAttributes {
  static constexpr std::string_view name = "layer_output", summary = "Marks what a layer returned.";
  static constexpr bool structural = true, passes = true;
  Specs infer(std::span<const Spec> in) const { return {in[0]}; }
  Vars gradient(const Derivative& d) const { return {d.dy()}; }
};

CAJAL_OP(layer_output, LayerOutput)

// The C++ type's own name, without namespaces: "Scale".
std::string type_name(const Layer& layer) {
  int status = 0;
  std::unique_ptr<char, decltype(&std::free)> text(abi::__cxa_demangle(typeid(layer).name(), nullptr, nullptr, &status),
                                                   &std::free);
  std::string full = status == 0 && text ? text.get() : typeid(layer).name();
  full.resize(std::min(full.size(), full.find('<')));  // a template's arguments have namespaces of their own
  const size_t colon = full.rfind(':');
  return colon == std::string::npos ? full : full.substr(colon + 1);
}

std::mutex names_guard;
std::map<std::string, int>& name_counts() {
  static std::map<std::string, int> counts;
  return counts;
}

DType& float_type() {
  static DType type = DType::float32;
  return type;
}

void append_weights(const LayerState& layer, bool trainable_part, bool frozen, std::vector<Variable>& out) {
  frozen = frozen || !*layer.trainable;
  for (const auto& weight : layer.weights)
    if ((weight.variable.trainable() && !frozen) == trainable_part) out.push_back(weight.variable);
  for (const auto& inner : layer.sublayers) append_weights(*inner, trainable_part, frozen, out);
}

void append_all_weights(const LayerState& layer, std::vector<Variable>& out) {
  for (bool trainable : {true, false})
    for (const auto& weight : layer.weights)
      if (weight.variable.trainable() == trainable) out.push_back(weight.variable);
  for (const auto& inner : layer.sublayers) append_all_weights(*inner, out);
}

void set_trainable_below(LayerState& layer, bool value) {
  *layer.trainable = value;
  for (const auto& inner : layer.sublayers) set_trainable_below(*inner, value);
}

void set_policy_below(LayerState& layer, const std::string& policy) {
  layer.dtype_policy = policy;
  for (const auto& inner : layer.sublayers) set_policy_below(*inner, policy);
}

void expect_policy(const std::string& policy) {
  if (policy == "float32" || policy == "mixed_bfloat16") return;
  for (const char* later : {"float16", "bfloat16", "float64", "mixed_float16"})
    if (policy == later)
      throw Error(Code::unsupported, "the dtype policy '" + policy + "' is not built", {}, "float32, mixed_bfloat16");
  throw Error(Code::not_found, "there is no dtype policy called '" + policy + "'", {},
              choices(policy, {"float32", "mixed_bfloat16"}));
}

std::string& policy_for_new_layers() {
  static std::string policy = "float32";
  return policy;
}

// What cannot be saved can be trained all the same: the reason waits in the place of the configuration.
Config config_for_files(const Layer& layer) {
  try {
    return layer.config();
  } catch (const Error& error) {
    if (error.code() != Code::unsupported) throw;
    Config out;
    out.set("class_name", layer.class_name());
    out.set("not_saved", error.message());
    out.set("hint", error.hint());
    return out;
  }
}

// "'flatten_1' [batch, 16, 16]": where a value came from.
std::string origin(const Var& value) {
  const auto call = layer_call_of(value);
  if (call) return "'" + call->state->name + "'";
  if (value.node()->op == &input_op())
    return "the input '" + value.node()->attributes.as<InputAttributes>().label + "'";
  return "'" + std::string(value.node()->op->name) + "'";
}

}  // namespace

Layer::Layer() : state_(std::make_shared<LayerState>()) { state_->dtype_policy = cajal::dtype_policy(); }
Layer::~Layer() = default;

void Layer::build(const Shape&) {}
void Layer::build_all(const std::vector<Shape>& inputs) { build(inputs.at(0)); }

Var Layer::call(Var) { fail("the layer '" + name() + "' has no function", "override call(Var) or call_all(Vars)"); }

Vars Layer::call_all(const Vars& inputs) {
  if (inputs.size() != 1)
    fail("'" + name() + "' takes one input and was given " + std::to_string(inputs.size()),
         "join them with Concatenate or Add first");
  return {call(inputs[0])};
}

Config Layer::config() const {
  Config out;
  out.set("class_name", state_->class_name);
  return out;
}

Var Layer::compute_mask(const Vars& inputs, const Var&) const {
  return supports_masking && inputs.size() == 1 ? inputs[0].mask() : Var();
}

Var Layer::only(const Vars& outputs) {
  if (outputs.size() != 1)
    fail("this has " + std::to_string(outputs.size()) + " outputs and was used as one value", "call apply(...)");
  return outputs[0];
}

const std::string& Layer::name() const {
  if (state_->class_name.empty()) state_->class_name = type_name(*this);
  if (state_->name.empty()) state_->name = unique_layer_name(state_->class_name);
  return state_->name;
}

Layer& Layer::set_name(const std::string& name) {
  if (state_->built)
    fail("'" + state_->name + "' has been used and cannot be named '" + name + "' any more", "name it first");
  state_->name = name;
  for (auto& weight : state_->weights) weight.variable.set_name(name + "/" + weight.name);
  return *this;
}

void Layer::build_once(const Vars& inputs) {
  if (built_here_) return;
  std::vector<Shape> shapes;
  for (const Var& input : inputs) shapes.push_back(input.shape());
  build_all(state_->built ? state_->input_shapes : shapes);
  built_here_ = true;
  if (state_->built) return;
  state_->built = true;
  state_->input_shapes = shapes;
}

Vars Layer::apply(const Vars& inputs) {
  if (inputs.empty()) fail("'" + name() + "' was called without an input");
  for (const Var& input : inputs)
    if (!input.defined()) fail("'" + name() + "' was given an empty Var");
  Scope scope(name());
  FrameGuard frame(state_.get());
  Recording recording;
  auto call = std::make_shared<LayerCall>();
  try {
    build_once(inputs);
    call->outputs = call_all(inputs);
  } catch (const Error& error) {
    if (error.where().find("'" + name() + "'") != std::string::npos) throw;
    std::string given;
    for (const Var& input : inputs)
      given += (given.empty() ? "" : ", ") + input.shape().text() + " from " + origin(input);
    throw error.at("'" + name() + "', given " + given);
  }
  call->state = state_;
  if (state_->output_shapes.empty())
    for (const Var& output : call->outputs) state_->output_shapes.push_back(output.shape());
  call->inputs = inputs;
  call->losses = frame.losses();
  call->effects = recording.effects();
  if (state_->config.is_null()) {
    state_->config = config_for_files(*this);  // a model knows its layers only now
    if (supports_masking && needs_recording(*state_)) state_->config.set("supports_masking", true);
  }
  if (Frame* outer = innermost->outer) {
    auto& siblings = outer->layer->sublayers;
    if (std::find(siblings.begin(), siblings.end(), state_) == siblings.end()) siblings.push_back(state_);
    outer->losses.insert(outer->losses.end(), call->losses.begin(), call->losses.end());
  }
  Vars marked;
  for (size_t i = 0; i < call->outputs.size(); ++i) {
    const Var carried = after(call->outputs[i], i == 0 ? recording.effects() : Vars());
    const Var mask = call->outputs[i].mask().defined() ? call->outputs[i].mask() : compute_mask(inputs, carried);
    call->outputs[i] = call->outputs[i].with_mask(mask);
    marked.push_back(
        record(layer_output_op(), Attributes(LayerOutputAttributes{call, int(i)}), {carried}).with_mask(mask));
  }
  return marked;
}

void Layer::set_trainable(bool value) { set_trainable_below(*state_, value); }

Layer& Layer::set_dtype_policy(const std::string& policy) {
  expect_policy(policy);
  set_policy_below(*state_, policy);
  return *this;
}

std::vector<Variable> Layer::weights() const {
  std::vector<Variable> out;
  append_all_weights(*state_, out);
  return out;
}

std::vector<Variable> Layer::trainable_weights() const {
  std::vector<Variable> out;
  append_weights(*state_, true, false, out);
  return out;
}

std::vector<Variable> Layer::non_trainable_weights() const {
  std::vector<Variable> out;
  append_weights(*state_, false, false, out);
  return out;
}

std::vector<Tensor> Layer::get_weights() const {
  std::vector<Tensor> out;
  for (const Variable& weight : weights()) out.push_back(weight.value().copy());
  return out;
}

void Layer::set_weights(const std::vector<Tensor>& values) {
  std::vector<Variable> own = weights();
  if (values.size() != own.size())
    fail("'" + name() + "' has " + std::to_string(own.size()) + " weights and was given " +
             std::to_string(values.size()),
         own.empty() && !built() ? "call it on an input first, so that its weights are made" : "");
  // All shapes are checked before anything is written: a refused call changes nothing.
  for (size_t i = 0; i < own.size(); ++i)
    if (!(values[i].shape() == own[i].shape()))
      fail("weight '" + own[i].name() + "' of '" + name() + "' has the shape " + own[i].shape().text() +
           " and was given " + values[i].shape().text());
  for (size_t i = 0; i < own.size(); ++i) own[i].set(values[i]);
}

int64_t Layer::count_params() const {
  int64_t count = 0;
  for (const Variable& weight : weights()) count += weight.size();
  return count;
}

namespace {

// UINT64_MAX where no number holds them.
uint64_t bytes_of(const Shape& shape, DType type) {
  uint64_t bytes = size_of(type);
  for (const Dim& dim : shape)
    if (!dim.is_symbolic() && __builtin_mul_overflow(bytes, uint64_t(dim.value()), &bytes)) return UINT64_MAX;
  return bytes;
}

Variable drawn(const Shape& shape, DType type, const Variable::Options& options, const Initializer& initializer) {
  require_memory(bytes_of(shape, type), "the weight '" + options.name + "' of " + shape.text(),
                 "fewer units or filters, smaller inputs, or a network of less width");
  return Variable(initializer.draw(shape, type, random::next_seed()), options);
}

// One zero that is seen as all of them.
Variable undrawn(const Shape& shape, DType type, const Variable::Options& options) {
  auto state = std::make_shared<VariableState>();
  state->name = options.name;
  state->value = Tensor({}, type).broadcast_to(shape);
  state->trainable = options.trainable;
  return Variable::of(state);
}

}  // namespace

Variable Layer::add_weight(const std::string& weight_name, const Shape& shape, const Any<Initializer>& initializer) {
  return add_weight(weight_name, shape, initializer, WeightOptions{true, nullptr, nullptr, floatx()});
}

Variable Layer::add_weight(const std::string& weight_name, const Shape& shape, const Any<Initializer>& initializer,
                           WeightOptions options) {
  auto found = std::find_if(state_->weights.begin(), state_->weights.end(),
                            [&](const auto& weight) { return weight.name == weight_name; });
  if (found != state_->weights.end()) {
    if (!(found->variable.shape() == shape))
      fail("the weight '" + weight_name + "' of '" + name() + "' exists with the shape " +
           found->variable.shape().text() + " and " + shape.text() + " was asked for");
    return found->variable;
  }
  WeightBudget::take(name() + "/" + weight_name, shape);
  const Variable::Options described{name() + "/" + weight_name, options.trainable};
  const Variable variable = UndrawnWeights::wanted() ? undrawn(shape, options.dtype, described)
                                                     : drawn(shape, options.dtype, described, *initializer);
  state_->weights.push_back({weight_name, variable, std::move(options.regularizer), std::move(options.constraint)});
  return variable;
}

void Layer::apart(const std::function<void()>& record) {
  const FrameGuard outside;
  record();
}

void Layer::add_loss(const Var& loss) {
  if (!innermost) fail("add_loss was called outside of a layer's call");
  innermost->losses.push_back(loss);
}

Var Layer::training() const { return cajal::training(state_->trainable); }

Var batch_count(const Var& x) { return sum(broadcast_to(constant_like(1, x), {x.dim(0)})); }

std::shared_ptr<const LayerCall> layer_call_of(const Var& value) {
  const Node& node = *value.node();
  return node.op == &layer_output_op() ? node.attributes.as<LayerOutputAttributes>().call : nullptr;
}

std::string snake_case(const std::string& class_name) {
  std::string out;
  for (size_t i = 0; i < class_name.size(); ++i) {
    const bool upper = std::isupper(static_cast<unsigned char>(class_name[i]));
    const bool starts_word =
        upper && i > 0 &&
        (std::islower(static_cast<unsigned char>(class_name[i - 1])) ||
         (i + 1 < class_name.size() && std::islower(static_cast<unsigned char>(class_name[i + 1])) &&
          !std::isdigit(static_cast<unsigned char>(class_name[i - 1]))));
    if (starts_word) out += '_';
    out += char(std::tolower(static_cast<unsigned char>(class_name[i])));
  }
  return out;
}

std::string unique_layer_name(const std::string& class_name) {
  const std::string base = snake_case(class_name);
  std::lock_guard lock(names_guard);
  const int count = name_counts()[base]++;
  return count == 0 ? base : base + "_" + std::to_string(count);
}

void clear_session() {
  std::lock_guard lock(names_guard);
  name_counts().clear();
}

DType floatx() { return float_type(); }

void set_floatx(DType type) {
  if (type != DType::float32 && type != DType::float64)
    fail("layers make weights of float32 or float64, not of " + std::string(name(type)));
  float_type() = type;
}

std::string dtype_policy() { return policy_for_new_layers(); }

void set_dtype_policy(const std::string& policy) {
  expect_policy(policy);
  if (policy == "mixed_bfloat16")
    if (const std::string reason = why_no_bfloat16(); !reason.empty())
      throw Error(Code::unsupported, "mixed_bfloat16 gains nothing here: " + reason, {}, "stay with float32");
  policy_for_new_layers() = policy;
}

void set_random_seed(uint64_t seed) { random::set_seed(seed); }

#define CAJAL_LISTED(stem) const LayerType& stem##_layer();
#include "cajal/listing/layers.inc"
#undef CAJAL_LISTED

const std::vector<const LayerType*>& layer_types() {
  static const std::vector<const LayerType*> table = {
#define CAJAL_LISTED(stem) &stem##_layer(),
#include "cajal/listing/layers.inc"
#undef CAJAL_LISTED
  };
  return table;
}

std::shared_ptr<Layer> Layer::named(const std::string& class_name) {
  Config config;
  config.set("class_name", class_name);
  return from_config(config);
}

std::shared_ptr<Layer> Layer::from_config(const Config& config) {
  const std::string wanted = config["class_name"].text();
  if (config.has("recorded")) return std::make_shared<RecordedLayer>(config);
  std::vector<std::string> names;
  for (const LayerType* type : layer_types()) {
    names.emplace_back(type->class_name);
    if (type->class_name == wanted) {
      auto layer = type->make(config["config"]);
      if (config.has("name")) layer->set_name(config["name"].text());
      return layer;
    }
  }
  throw Error(Code::not_found, "there is no layer called '" + wanted + "'", {}, choices(wanted, names));
}

}  // namespace cajal
