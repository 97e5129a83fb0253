#include "cajal/graph/var.h"

#include <map>
#include <mutex>
#include <set>

#include "cajal/base/random.h"
#include "cajal/graph/graph.h"

namespace cajal {
namespace {

// Paths are interned: a node keeps a pointer. Grows by one text per layer name ever used.
const std::string* intern(const std::string& path) {
  static std::mutex guard;
  static std::set<std::string> paths;
  std::lock_guard lock(guard);
  return &*paths.insert(path).first;
}

thread_local const std::string* scope_in_force = nullptr;
thread_local Recording* recording_in_force = nullptr;
// How many random ops each scope has recorded, in this recording.
thread_local std::map<const std::string*, uint64_t>* ordinals_in_force = nullptr;

std::map<const std::string*, uint64_t>& ordinals() {
  thread_local std::map<const std::string*, uint64_t> outside;
  return ordinals_in_force ? *ordinals_in_force : outside;
}

uint64_t hash(const std::string& text) {
  uint64_t value = text.size();
  for (char c : text) value = random::mix(value ^ uint64_t(uint8_t(c)));
  return value;
}

std::atomic<uint64_t> next_sequence{1};

std::string inputs_text(const Vars& inputs) {
  std::string out;
  for (const Var& input : inputs)
    out += (out.empty() ? "" : ", ") + (input.defined() ? input.spec().text() : "nothing");
  return out;
}

}  // namespace

std::string Spec::text() const { return std::string(name(dtype)) + " " + shape.text(); }

const Spec& Var::spec() const {
  if (!node_) fail("an empty Var was used as a value", "assign it the result of an op or an Input first");
  return node_->outputs[size_t(output_)];
}

Var Var::with_mask(const Var& mask) const {
  Var out = *this;
  out.mask_ = mask.defined() ? std::make_shared<const Var>(mask) : nullptr;
  return out;
}

Var::Var(double value)
    : Var(record(constant_op(),
                 Attributes(ConstantAttributes{Tensor::full({}, value, DType::float64), true, DType::float32}), {})) {}
Var::Var(int value)
    : Var(record(constant_op(), Attributes(ConstantAttributes{Tensor::full({}, value, DType::int32), true}), {})) {}
Var::Var(const Tensor& value) : Var(constant(value)) {}
Var::Var(const Variable& variable) : Var(record(variable_op(), Attributes(VariableAttributes{variable.state()}), {})) {}

Input::Input(const Shape& sample, Options options) {
  Shape shape = sample;
  shape.insert(0, options.batch_size < 0 ? Dim::symbol("batch") : Dim(options.batch_size));
  var_ = placeholder(shape, options.dtype, options.name);
}

Var placeholder(const Shape& shape, DType type, const std::string& name) {
  return record(input_op(), Attributes(InputAttributes{name, Spec{shape, type}}), {});
}

Var constant(const Tensor& value) {
  if (!value.defined()) fail("a constant was made from an empty tensor");
  return record(constant_op(), Attributes(ConstantAttributes{value.contiguous()}), {});
}

Var constant_like(double value, const Var& like) {
  if (!is_float(like.dtype())) return constant(Tensor::full({}, value, like.dtype()));
  const Tensor exact = Tensor::full({}, value, DType::float64);
  return record(constant_op(), Attributes(ConstantAttributes{exact, false, like.dtype()}), {});
}

Var stop_gradient(const Var& x) { return record(stop_gradient_op(), {}, {x}).with_mask(x.mask()); }
Var identity(const Var& x) { return record(identity_op(), {}, {x}).with_mask(x.mask()); }

Var training(std::shared_ptr<const bool> trainable) {
  return record(training_op(), Attributes(TrainingAttributes{std::move(trainable)}), {});
}

Var after(const Var& x, const std::vector<Var>& effects) {
  if (effects.empty()) return x;
  Vars inputs{x};
  inputs.insert(inputs.end(), effects.begin(), effects.end());
  return record(after_op(), {}, std::move(inputs)).with_mask(x.mask());
}

Scope::Scope(const std::string& name) : before_(scope_in_force) {
  const std::string& outer = current();
  scope_in_force = intern(outer.empty() ? name : outer + "/" + name);
}
Scope::Scope(Absolute path) : before_(scope_in_force) { scope_in_force = path.path; }
Scope::~Scope() { scope_in_force = before_; }

const std::string& Scope::current() {
  if (!scope_in_force) scope_in_force = intern("");
  return *scope_in_force;
}

Recording::Recording() : outer_(recording_in_force) {
  recording_in_force = this;
  if (!outer_) ordinals_in_force = new std::map<const std::string*, uint64_t>();
}

Recording::~Recording() {
  recording_in_force = outer_;
  if (!outer_) {
    delete ordinals_in_force;
    ordinals_in_force = nullptr;
  }
}

Recording* Recording::current() { return recording_in_force; }

// A chain of a hundred thousand nodes must not be freed by a hundred thousand nested destructors: what a node holds, by
// its inputs or in its attributes, is put on a list that the outermost destructor works off.
Node::~Node() {
  using Held = std::pair<Vars, Attributes>;
  thread_local std::vector<Held>* pending = nullptr;
  if (pending) {
    pending->emplace_back(std::move(inputs), std::move(attributes));
    return;
  }
  std::vector<Held> held;
  pending = &held;
  held.emplace_back(std::move(inputs), std::move(attributes));
  while (!held.empty()) {
    const Held last = std::move(held.back());
    held.pop_back();
  }
  pending = nullptr;
}

std::shared_ptr<const Node> record_node(const Op& op, Attributes attributes, Vars inputs, std::optional<uint64_t> id) {
  Specs specs;
  try {
    for (const Var& input : inputs) specs.push_back(input.spec());
    Specs outputs = op.infer(attributes, specs);
    const std::string* scope = intern(Scope::current());
    if (!id) id = op.random ? random::mix(hash(*scope) + ordinals()[scope]++) : 0;
    return std::shared_ptr<const Node>(new Node{&op, std::move(attributes), std::move(inputs), std::move(outputs),
                                                scope, next_sequence.fetch_add(1), *id});
  } catch (const Error& error) {
    std::string place = std::string(op.name) + "(" + inputs_text(inputs) + ")";
    if (const std::string& scope = Scope::current(); !scope.empty()) place += " of '" + scope + "'";
    throw error.at(place);
  }
}

Vars record_all(const Op& op, Attributes attributes, Vars inputs) {
  auto node = record_node(op, std::move(attributes), std::move(inputs));
  Vars out;
  for (size_t i = 0; i < node->outputs.size(); ++i) out.emplace_back(node, int(i));
  return out;
}

}  // namespace cajal
