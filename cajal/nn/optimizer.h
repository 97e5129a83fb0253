// Optimizer: how weights follow their gradients.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cajal/graph/graph.h"
#include "cajal/nn/constraint.h"
#include "cajal/nn/schedule.h"

namespace cajal {

/// The options that all optimizers share. None (an empty optional) means: not done.
struct OptimizerOptions {
  LearningRate learning_rate = 0.001;
  std::optional<double> weight_decay = {};  ///< each step, a weight first loses this share of itself times the rate
  std::optional<double> clipnorm = {};   ///< a gradient of larger Euclidean length is shortened to it, each on its own
  std::optional<double> clipvalue = {};  ///< elements are clipped to [-clipvalue, clipvalue]
  std::optional<double> global_clipnorm = {};  ///< as clipnorm, of all gradients together
  bool use_ema = false;                        ///< keep a moving average of the weights
  double ema_momentum = 0.99;
  std::optional<int> ema_overwrite_frequency = {};  ///< steps after which the weights take the value of their average
  std::optional<double> loss_scale_factor = {};     ///< the loss is multiplied, gradients are divided by it
  std::optional<int> gradient_accumulation_steps = {};  ///< batches whose mean gradient makes one step
  std::string name = {};                                ///< "adam" and the like unless given
};

/// How weights follow their gradients. Copies share their state: rate, step count, slots.
///
///     Adam adam({.learning_rate = 1e-3});
///     Program step({x, y}, [&](Var x, Var y) {
///       Var loss = mean(mean_squared_error(y, model(x)));
///       adam.minimize(loss, model.trainable_weights());
///       return loss;
///     });
///
/// Each step: gradients are clipped, weights decay, the rule moves them, averages follow, constraints are enforced.
/// One of one's own overrides `slots` and `update`.
class Optimizer {
 public:
  virtual ~Optimizer() = default;

  /// Lays the weights side by side in memory, in the given order, and makes the slots: `apply` and `minimize` do this
  /// at their first call. Throws Error where it was done before for other weights.
  void build(const std::vector<Variable>& variables);
  /// Records one step along `gradients`, one per variable; an empty one leaves its variable alone. Gives the effects.
  std::vector<Var> apply(const Vars& gradients, const std::vector<Variable>& variables);
  /// Records the gradients of the loss (of its sum) and one step along them.
  std::vector<Var> minimize(const Var& loss, const std::vector<Variable>& variables);

  /// The constraint that a weight is forced back to after each step.
  void set_constraint(const Variable& variable, std::shared_ptr<const Constraint> constraint);
  /// Weights that learn slower or faster than the rest: their rate is multiplied. What is recorded keeps its factor.
  void set_learning_rate_multiplier(const std::vector<Variable>& variables, double factor);
  /// Weights that do not decay: biases and the like. What is recorded stays as it is.
  void exclude_from_weight_decay(const std::vector<Variable>& variables);

  /// The rate of the next step.
  double learning_rate() const;
  /// Takes effect at the next step, without compiling anything anew. Throws Error where the rate is a schedule.
  void set_learning_rate(double rate);
  /// How many batches were seen.
  int64_t iterations() const;
  void set_iterations(int64_t iterations);
  /// Step count, rate and slots, under Keras's names ("dense_kernel_momentum") and in its order: what a checkpoint
  /// keeps.
  std::vector<Variable> variables() const;
  /// Moving averages of the weights, in their order; empty without `use_ema`.
  const std::vector<Variable>& averages() const;
  /// Writes the averages into the weights, as at the end of a training with `use_ema`; nothing without it.
  void finalize_variable_values();

  const std::string& name() const;
  bool built() const;
  /// The weights that it was built for.
  const std::vector<Variable>& trainable_variables() const;
  /// {"class_name", "config"}
  virtual Config config() const { return {}; }

  /// By Keras's class name or in small letters: "Adam", "adam".
  static std::shared_ptr<Optimizer> named(const std::string& name);
  static std::shared_ptr<Optimizer> from_config(const Config& config);

 protected:
  /// `usual_name` is taken where the options have no name.
  Optimizer(const std::string& usual_name, OptimizerOptions options);

  /// A kind of state kept for each weight.
  struct Slot {
    std::string name;     ///< "momentum": stands behind the weight's name
    double initial = 0;   ///< its first value
    bool beside = false;  ///< listed weight by weight together with the kind before it, as Keras lists some
  };
  /// What is updated at once: weights of one type, one rate and the same kinds of slots, each with its gradient.
  struct Group {
    Vars values;              ///< the weights
    Vars gradients;           ///< clipped, in the weights' types
    std::vector<Vars> slots;  ///< by kind; empty where these weights have none of a kind
    Var rate;                 ///< scalar, in the weights' type
    Var step;                 ///< scalar integer: how many steps came before
    double weight_decay = 0;  ///< the rule takes this share times the rate away first
  };
  /// The new weights, then the new slots kind by kind, those that the group has.
  using Updated = Vars;

  virtual std::vector<Slot> slots() const = 0;
  /// Whether a weight has a slot of that kind. All have all, unless a rule treats some weights in another way.
  virtual bool has_slot(const Slot& kind, const Variable& weight) const;
  /// The share of a weight that it loses in a step, times the rate: that of the options, unless overridden.
  virtual double weight_decay(const Variable& weight) const;
  /// The rule: records the new values.
  virtual Updated update(const Group& group) const = 0;

  /// The rate as it is now, for `config`: the one given, or what it was set to.
  LearningRate current_learning_rate() const;
  /// All slots of a group, one kind after the other, as the update ops take them.
  static Vars all_slots(const Group& group);

 private:
  struct State;
  class Recorder;
  void expect_known(const std::vector<Variable>& variables) const;
  std::shared_ptr<State> state_;
};

using AnyOptimizer = Any<Optimizer>;

}  // namespace cajal
