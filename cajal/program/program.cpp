#include "cajal/program/program.h"

#include <algorithm>

#include "cajal/base/memory.h"
#include "cajal/base/random.h"

namespace cajal {

struct Program::State {
  struct Compiled {
    std::vector<Shape> shapes;
    std::unique_ptr<Instance> instance;
  };
  Graph graph;
  Options options;
  std::list<Compiled> plans;  // the one used last stands first
  uint64_t steps = 0;
};

namespace {

Vars like(const Vars& inputs) {
  Vars out;
  for (const Var& input : inputs) {
    const std::string label = input.defined() && input.node()->op == &input_op()
                                  ? input.node()->attributes.as<InputAttributes>().label
                                  : "input";
    out.push_back(placeholder(input.shape(), input.dtype(), label));
  }
  return out;
}

Graph recorded(const Vars& inputs, const std::function<Vars(const Vars&)>& function) {
  Recording recording;
  const Vars own = like(inputs);
  const Vars outputs = function(own);
  return Graph::of(own, outputs, recording.effects());
}

// A conversion that changes no value: integers into wider integers and floats, a float into a wider one. (A number
// above 2^24 is rounded as a float32: int32 is what small whole numbers usually come as.)
bool widens(DType from, DType to) {
  if (size_of(from) < size_of(to)) return is_float(to) || !is_float(from);
  return from == DType::int32 && to == DType::float32;
}

// What running a plan takes besides what is there: its arena, and an optimizer's state, whose zeros the system has not
// given out yet. (Weights were drawn: they have their memory.)
uint64_t bytes_to_take(const Plan& plan) {
  uint64_t bytes = plan.arena_bytes;
  for (const Variable& variable : plan.variables)
    if (!variable.trainable()) bytes += variable.value().bytes();
  return bytes;
}

}  // namespace

Program::Program(const Vars& inputs, const Vars& outputs, Options options) : state_(std::make_shared<State>()) {
  state_->graph = Graph::of(inputs, outputs);
  state_->options = std::move(options);
  if (state_->options.seed == 0) state_->options.seed = random::next_seed();
}

Program::Program(const Vars& inputs, const std::function<Vars(const Vars&)>& function, Options options)
    : state_(std::make_shared<State>()) {
  state_->graph = recorded(inputs, function);
  state_->options = std::move(options);
  if (state_->options.seed == 0) state_->options.seed = random::next_seed();
}

Instance& Program::instance(const std::vector<Shape>& shapes) {
  if (!state_) fail("an empty Program was called");
  auto& plans = state_->plans;
  auto found = std::find_if(plans.begin(), plans.end(), [&](const auto& plan) { return plan.shapes == shapes; });
  if (found != plans.end()) {
    plans.splice(plans.begin(), plans, found);
    return *plans.front().instance;
  }
  const Graph& graph = state_->graph;
  if (shapes.size() != graph.inputs.size())
    fail("'" + state_->options.name + "' takes " + std::to_string(graph.inputs.size()) + " inputs and was given " +
         std::to_string(shapes.size()));
  Bindings bindings;
  for (size_t i = 0; i < shapes.size(); ++i) {
    const GraphNode& input = graph.nodes[size_t(graph.inputs[i])];
    if (!bindings.match(input.outputs[0].shape, shapes[i].ints()))
      fail("input '" + input.attributes.as<InputAttributes>().label + "' of '" + state_->options.name +
               "' has the shape " + shapes[i].text() + "; expected " + input.outputs[0].shape.text(),
           "check the number of axes (a batch comes first) and each size");
  }
  const Options& options = state_->options;
  auto plan = compile(graph, bindings,
                      {.training = options.training,
                       .memory = options.memory,
                       .backends = options.backends,
                       .fuse = options.fuse,
                       .kernels = options.kernels,
                       .precision = options.precision,
                       .float32_scopes = options.float32_scopes});
  require_memory(bytes_to_take(*plan), "'" + options.name + "' at " + bindings.text(),
                 "a smaller batch, smaller inputs, or a network of less width");
  if (options.on_new_plan) options.on_new_plan(bindings.text());
  plans.push_front({shapes, std::make_unique<Instance>(plan)});
  plans.front().instance->set_seed(options.seed);
  if (int(plans.size()) > options.max_plans) plans.pop_back();
  return *plans.front().instance;
}

void Program::run(Instance& instance, int64_t sample_offset) { instance.run(state_->steps++, sample_offset); }

std::vector<Tensor> Program::operator()(const std::vector<Tensor>& inputs) {
  std::vector<Shape> shapes;
  for (const Tensor& input : inputs) {
    if (!input.defined()) fail("'" + (state_ ? state_->options.name : "program") + "' was given an empty tensor");
    shapes.push_back(input.shape());
  }
  Instance& at = instance(shapes);
  for (size_t i = 0; i < inputs.size(); ++i) {
    const DType wanted = state_->graph.spec({state_->graph.inputs[i], 0}).dtype;
    const DType given = inputs[i].dtype();
    if (given != wanted && !widens(given, wanted))
      fail("input " + std::to_string(i) + " of '" + state_->options.name + "' is " + std::string(name(wanted)) +
               " and was given " + std::string(name(given)),
           "x.cast(DType::" + std::string(name(wanted)) + ")");
    at.feed(int(i), inputs[i].cast(wanted));
  }
  run(at);
  std::vector<Tensor> out;
  for (size_t i = 0; i < state_->graph.outputs.size(); ++i) out.push_back(at.output(int(i)).copy());
  return out;
}

uint64_t Program::steps() const { return state_->steps; }
void Program::set_steps(uint64_t steps) { state_->steps = steps; }
const Graph& Program::graph() const { return state_->graph; }
size_t Program::plan_count() const { return state_->plans.size(); }
void Program::reset() { state_->plans.clear(); }

}  // namespace cajal
