#include "cajal/nn/optimizer.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "cajal/nn/layer.h"
#include "cajal/nn/part_table.h"
#include "cajal/ops/elementwise.h"
#include "cajal/ops/reduction.h"

namespace cajal {

#define CAJAL_LISTED(stem) const PartType<Optimizer>& stem##_optimizer();
#include "cajal/listing/optimizers.inc"
#undef CAJAL_LISTED

namespace {

const PartTypes<Optimizer>& optimizer_types() {
  static const PartTypes<Optimizer> entries = {
#define CAJAL_LISTED(stem) &stem##_optimizer(),
#include "cajal/listing/optimizers.inc"
#undef CAJAL_LISTED
  };
  return entries;
}

void check(const std::string& name, const OptimizerOptions& o) {
  const int clips = int(o.clipnorm.has_value()) + int(o.clipvalue.has_value()) + int(o.global_clipnorm.has_value());
  if (clips > 1) fail("'" + name + "' was given more than one of clipnorm, clipvalue and global_clipnorm");
  if (!(o.ema_momentum >= 0 && o.ema_momentum <= 1))
    fail("'" + name + "' needs an ema_momentum from 0 to 1 and was given " + std::to_string(o.ema_momentum));
  if (o.ema_overwrite_frequency && *o.ema_overwrite_frequency < 1)
    fail("'" + name + "' needs an ema_overwrite_frequency of 1 or more");
  if (o.gradient_accumulation_steps && *o.gradient_accumulation_steps < 2)
    fail("'" + name + "' needs gradient_accumulation_steps of 2 or more");
}

constexpr size_t alignment = 64;

// Moves Variables side by side into one span of memory, each at a multiple of 64 bytes.
void place_side_by_side(std::vector<Variable>& variables) {
  size_t bytes = 0;
  std::vector<size_t> offsets;
  for (const Variable& variable : variables) {
    offsets.push_back(bytes);
    bytes += (variable.value().bytes() + alignment - 1) / alignment * alignment;
  }
  const auto memory = std::make_shared<Buffer>(bytes);
  for (size_t i = 0; i < variables.size(); ++i)
    variables[i].place(Tensor::view(memory, offsets[i], variables[i].shape(), variables[i].dtype()));
}

std::string flat_name(const std::string& path) {
  std::string out = path;
  std::replace(out.begin(), out.end(), '/', '_');
  return out;
}

// A Variable beside each weight: of its shape and type, in one span of memory.
std::vector<Variable> make_slots(const std::vector<Variable>& weights, const std::string& name, double initial = 0) {
  std::vector<Variable> out;
  for (const Variable& weight : weights)
    out.emplace_back(Tensor::full(weight.shape(), initial, weight.dtype()),
                     Variable::Options{flat_name(weight.name()) + "_" + name, false});
  place_side_by_side(out);
  return out;
}

// The values of slots, undefined where a weight has none.
Vars values_of(const std::vector<Variable>& slots) {
  Vars out;
  for (const Variable& slot : slots) out.push_back(slot.defined() ? Var(slot) : Var());
  return out;
}

// 1 where a gradient is short enough, else what shortens it to `most`; NaN where the length is not finite.
Var shortening(const Var& length, double most) { return most / maximum(length, most) + (length - length); }

}  // namespace

struct Optimizer::State {
  std::string name;
  OptimizerOptions options;
  Variable iteration, rate;  // no rate where it follows a schedule
  bool built = false;
  std::vector<Variable> weights;
  std::map<const VariableState*, size_t> index;
  std::vector<Slot> kinds;
  std::vector<std::vector<Variable>> slots;  // [kind][weight]; undefined where a weight has none
  std::vector<Variable> averages, accumulators;
  std::map<const VariableState*, std::shared_ptr<const Constraint>> constraints;
  std::map<const VariableState*, double> multipliers;
  std::map<const VariableState*, bool> keeps;  // no decay

  double multiplier(const Variable& weight) const {
    const auto found = multipliers.find(weight.state().get());
    return found == multipliers.end() ? 1 : found->second;
  }
  bool decays(const Variable& weight) const { return !keeps.count(weight.state().get()); }
};

// Records one step. Everything is read before anything is assigned.
class Optimizer::Recorder {
 public:
  Recorder(const Optimizer& optimizer, const Vars& gradients, const std::vector<Variable>& variables)
      : optimizer_(optimizer), state_(*optimizer.state_), iteration_(state_.iteration) {
    for (size_t i = 0; i < variables.size(); ++i)
      if (gradients[i].defined()) {
        indices_.push_back(state_.index.at(variables[i].state().get()));
        gradients_.push_back(cast(gradients[i], variables[i].dtype()));
      }
    for (const Variable& weight : state_.weights) values_.push_back(weight);
    old_values_ = values_;
    for (const std::vector<Variable>& kind : state_.slots) slots_.push_back(values_of(kind));
    old_slots_ = slots_;
  }

  std::vector<Var> record() {
    if (!indices_.empty()) {
      unscale();
      accumulate();
      clip_gradients();
      for (const auto& entry : groups()) update(entry.second);
      if (steps_) keep_unless_complete();
    }
    average();
    constrain();
    return assign();
  }

 private:
  // What decides which weights are updated together, and their places among the gradients.
  using Key = std::tuple<DType, double, double, std::vector<bool>>;
  std::map<Key, std::vector<size_t>> groups() const {
    std::map<Key, std::vector<size_t>> out;
    for (size_t i = 0; i < indices_.size(); ++i) {
      const Variable& weight = state_.weights[indices_[i]];
      out[{weight.dtype(), state_.multiplier(weight), decay(weight), kinds_of(indices_[i])}].push_back(i);
    }
    return out;
  }

  double decay(const Variable& weight) const { return state_.decays(weight) ? optimizer_.weight_decay(weight) : 0; }

  std::vector<bool> kinds_of(size_t index) const {
    std::vector<bool> out;
    for (const Vars& kind : slots_) out.push_back(kind[index].defined());
    return out;
  }

  void unscale() {
    if (const auto& factor = state_.options.loss_scale_factor)
      for (Var& gradient : gradients_) gradient = gradient / *factor;
  }

  // Until enough batches were seen their gradients are only summed up.
  void accumulate() {
    steps_ = state_.options.gradient_accumulation_steps.value_or(0);
    if (!steps_) return;
    complete_ = equal((iteration_ + 1) % steps_, 0);
    for (size_t i = 0; i < indices_.size(); ++i) {
      const Var sum = gradients_[i] + Var(state_.accumulators[indices_[i]]);
      sums_.emplace_back(indices_[i], where(complete_, zeros_like(sum), sum));
      gradients_[i] = sum / double(steps_);
    }
  }

  void clip_gradients() {
    const OptimizerOptions& o = state_.options;
    Var all;
    if (o.global_clipnorm) all = shortening(global_norm(gradients_), *o.global_clipnorm);
    for (Var& gradient : gradients_) {
      if (o.clipvalue) gradient = clip(gradient, -*o.clipvalue, *o.clipvalue);
      if (o.clipnorm) gradient = gradient * shortening(norm(gradient), *o.clipnorm);
      if (o.global_clipnorm) gradient = gradient * cast(all, gradient.dtype());
    }
  }

  Var rate(DType type, double multiplier) const {
    const AnySchedule& schedule = state_.options.learning_rate.schedule();
    const Var rate = schedule ? schedule->rate(cast(iteration_, type)) : cast(Var(state_.rate), type);
    return multiplier == 1 ? rate : rate * multiplier;
  }

  // Updates before this one: of accumulated gradients only every so many batches make one.
  Var step() const { return steps_ ? floor_divide(iteration_, steps_) : iteration_; }

  void update(const std::vector<size_t>& members) {
    Group group;
    group.slots.resize(slots_.size());
    for (size_t i : members) {
      group.values.push_back(values_[indices_[i]]);
      group.gradients.push_back(gradients_[i]);
      for (size_t kind = 0; kind < slots_.size(); ++kind)
        if (slots_[kind][indices_[i]].defined()) group.slots[kind].push_back(slots_[kind][indices_[i]]);
    }
    const Variable& first = state_.weights[indices_[members.front()]];
    group.rate = rate(first.dtype(), state_.multiplier(first));
    group.step = step();
    group.weight_decay = decay(first);
    take(members, optimizer_.update(group));
  }

  void take(const std::vector<size_t>& members, const Vars& updated) {
    const size_t n = members.size();
    const std::vector<bool> kinds = kinds_of(indices_[members.front()]);
    const auto each = size_t(std::count(kinds.begin(), kinds.end(), true));
    if (updated.size() != n * (1 + each))
      fail("the rule of '" + state_.name + "' gave " + std::to_string(updated.size()) + " values for " +
           std::to_string(n) + " weights with " + std::to_string(each) + " slots each");
    size_t next = 0;
    for (size_t i : members) values_[indices_[i]] = updated[next++];
    for (size_t kind = 0; kind < kinds.size(); ++kind)
      if (kinds[kind])
        for (size_t i : members) slots_[kind][indices_[i]] = updated[next++];
  }

  void keep_unless_complete() {
    for (size_t i : indices_) {
      values_[i] = where(complete_, values_[i], old_values_[i]);
      for (size_t kind = 0; kind < slots_.size(); ++kind)
        if (slots_[kind][i].defined()) slots_[kind][i] = where(complete_, slots_[kind][i], old_slots_[kind][i]);
    }
  }

  // The first average is the weights themselves.
  void average() {
    const OptimizerOptions& o = state_.options;
    if (!o.use_ema) return;
    const Var later = not_equal(step(), 0);
    for (size_t i = 0; i < values_.size(); ++i) {
      const Var momentum = cast(later, values_[i].dtype()) * o.ema_momentum;
      averages_.push_back(momentum * Var(state_.averages[i]) + (1.0 - momentum) * values_[i]);
    }
    if (!o.ema_overwrite_frequency) return;
    const Var now = equal((step() + 1) % *o.ema_overwrite_frequency, 0);
    for (size_t i = 0; i < values_.size(); ++i) values_[i] = where(now, averages_[i], values_[i]);
  }

  void constrain() {
    for (size_t i : indices_) {
      const auto found = state_.constraints.find(state_.weights[i].state().get());
      if (found != state_.constraints.end() && found->second) values_[i] = found->second->project(values_[i]);
    }
  }

  std::vector<Var> assign() const {
    std::vector<Var> out;
    const auto set = [&](const Variable& variable, const Var& value, const Var& old) {
      if (!(value == old)) out.push_back(variable.assign(value));
    };
    for (size_t i = 0; i < values_.size(); ++i) set(state_.weights[i], values_[i], old_values_[i]);
    for (size_t kind = 0; kind < slots_.size(); ++kind)
      for (size_t i = 0; i < values_.size(); ++i) set(state_.slots[kind][i], slots_[kind][i], old_slots_[kind][i]);
    for (size_t i = 0; i < averages_.size(); ++i) out.push_back(state_.averages[i].assign(averages_[i]));
    for (const auto& sum : sums_) out.push_back(state_.accumulators[sum.first].assign(sum.second));
    out.push_back(state_.iteration.assign(iteration_ + 1));
    return out;
  }

  const Optimizer& optimizer_;
  const State& state_;
  const Var iteration_;
  std::vector<size_t> indices_;  // of the weights that have a gradient
  Vars gradients_;               // theirs
  Vars values_, old_values_;     // of all weights
  std::vector<Vars> slots_, old_slots_;
  Vars averages_;
  int steps_ = 0;  // of accumulation; 0: none
  Var complete_;
  std::vector<std::pair<size_t, Var>> sums_;
};

Optimizer::Optimizer(const std::string& usual_name, OptimizerOptions options) : state_(std::make_shared<State>()) {
  state_->name = options.name.empty() ? usual_name : options.name;
  state_->options = std::move(options);
  check(state_->name, state_->options);
  state_->iteration = Variable(Tensor(Shape{}, DType::int64), {"iteration", false});
  if (!state_->options.learning_rate.schedule())
    state_->rate = Variable(Tensor::full({}, state_->options.learning_rate.at(0), floatx()), {"learning_rate", false});
}

void Optimizer::build(const std::vector<Variable>& variables) {
  State& state = *state_;
  if (state.built) return expect_known(variables);
  state.weights = variables;
  for (size_t i = 0; i < variables.size(); ++i) {
    if (!is_float(variables[i].dtype()))
      fail("'" + state.name + "' cannot train '" + variables[i].name() + "', which is of " +
           std::string(cajal::name(variables[i].dtype())));
    if (!state.index.emplace(variables[i].state().get(), i).second)
      fail("'" + state.name + "' was given '" + variables[i].name() + "' twice");
  }
  place_side_by_side(state.weights);
  if (state.options.use_ema) state.averages = make_slots(variables, "average");
  if (state.options.gradient_accumulation_steps) state.accumulators = make_slots(variables, "gradient_accumulator");
  state.kinds = slots();
  for (const Slot& kind : state.kinds) {
    std::vector<Variable> having;
    for (const Variable& weight : variables)
      if (has_slot(kind, weight)) having.push_back(weight);
    const std::vector<Variable> made = make_slots(having, kind.name, kind.initial);
    std::vector<Variable>& slots = state.slots.emplace_back(variables.size());
    for (size_t i = 0; i < made.size(); ++i) slots[state.index.at(having[i].state().get())] = made[i];
  }
  state.built = true;
}

bool Optimizer::has_slot(const Slot&, const Variable&) const { return true; }
double Optimizer::weight_decay(const Variable&) const { return state_->options.weight_decay.value_or(0); }

void Optimizer::expect_known(const std::vector<Variable>& variables) const {
  for (const Variable& variable : variables)
    if (!state_->index.count(variable.state().get()))
      fail("'" + state_->name + "' was built for " + std::to_string(state_->weights.size()) +
               " other weights and not for '" + variable.name() + "'",
           "an optimizer of its own for each set of weights");
}

std::vector<Var> Optimizer::apply(const Vars& gradients, const std::vector<Variable>& variables) {
  if (gradients.size() != variables.size())
    fail("'" + name() + "' was given " + std::to_string(gradients.size()) + " gradients for " +
         std::to_string(variables.size()) + " weights");
  build(variables);
  Scope scope(name());
  return Recorder(*this, gradients, variables).record();
}

std::vector<Var> Optimizer::minimize(const Var& loss, const std::vector<Variable>& variables) {
  const auto& factor = state_->options.loss_scale_factor;
  return apply(gradient(factor ? loss * *factor : loss, variables), variables);
}

void Optimizer::set_constraint(const Variable& variable, std::shared_ptr<const Constraint> constraint) {
  state_->constraints[variable.state().get()] = std::move(constraint);
}

void Optimizer::set_learning_rate_multiplier(const std::vector<Variable>& variables, double factor) {
  for (const Variable& variable : variables) state_->multipliers[variable.state().get()] = factor;
}

void Optimizer::exclude_from_weight_decay(const std::vector<Variable>& variables) {
  for (const Variable& variable : variables) state_->keeps[variable.state().get()] = true;
}

double Optimizer::learning_rate() const {
  return state_->rate.defined() ? state_->rate.value().item() : state_->options.learning_rate.at(iterations());
}

void Optimizer::set_learning_rate(double rate) {
  if (!state_->rate.defined())
    fail("the learning rate of '" + name() + "' follows a schedule and cannot be set",
         "make the optimizer with a number as its learning_rate");
  state_->rate.set(Tensor::full({}, rate, state_->rate.dtype()));
}

LearningRate Optimizer::current_learning_rate() const {
  const LearningRate& given = state_->options.learning_rate;
  if (given.schedule()) return given;
  // Rounded to the Variable's type it is another number, though nobody has set it.
  const bool unchanged = Tensor::full({}, given.at(0), state_->rate.dtype()).item() == learning_rate();
  return unchanged ? given : LearningRate(learning_rate());
}

int64_t Optimizer::iterations() const { return state_->iteration.value().data<int64_t>()[0]; }

void Optimizer::set_iterations(int64_t iterations) { state_->iteration.set(Tensor::of({iterations}, Shape{})); }

std::vector<Variable> Optimizer::variables() const {
  const State& state = *state_;
  std::vector<Variable> out = {state.iteration};
  if (state.rate.defined()) out.push_back(state.rate);
  out.insert(out.end(), state.averages.begin(), state.averages.end());
  out.insert(out.end(), state.accumulators.begin(), state.accumulators.end());
  for (size_t kind = 0; kind < state.kinds.size();) {
    size_t end = kind + 1;
    while (end < state.kinds.size() && state.kinds[end].beside) ++end;
    for (size_t i = 0; i < state.weights.size(); ++i)
      for (size_t k = kind; k < end; ++k)
        if (state.slots[k][i].defined()) out.push_back(state.slots[k][i]);
    kind = end;
  }
  return out;
}

const std::vector<Variable>& Optimizer::averages() const { return state_->averages; }

void Optimizer::finalize_variable_values() {
  for (size_t i = 0; i < state_->averages.size(); ++i) state_->weights[i].set(state_->averages[i].value());
}

const std::string& Optimizer::name() const { return state_->name; }
bool Optimizer::built() const { return state_->built; }
const std::vector<Variable>& Optimizer::trainable_variables() const { return state_->weights; }

Vars Optimizer::all_slots(const Group& group) {
  Vars out;
  for (const Vars& kind : group.slots) out.insert(out.end(), kind.begin(), kind.end());
  return out;
}

std::shared_ptr<Optimizer> Optimizer::named(const std::string& name) {
  return make_part(optimizer_types(), "optimizer", name);
}

std::shared_ptr<Optimizer> Optimizer::from_config(const Config& config) {
  return part_from_config(optimizer_types(), "optimizer", config);
}

}  // namespace cajal
