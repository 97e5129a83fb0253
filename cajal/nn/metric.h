// Metric: a number for people to judge a model by, gathered over batches in Variables.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cajal/graph/variable.h"
#include "cajal/nn/part.h"

namespace cajal {

/// A number for people to judge a model by, gathered over batches.
///
/// Its state are Variables: `update` records ops that add a batch to them, `result` reads them on the host. Copies
/// share the state. The built-in ones stand in namespace `metrics`, since losses have the same names. One of one's own
/// makes its Variables with `add_state` and overrides `update_state` and `results`.
class Metric {
 public:
  explicit Metric(std::string name = "metric");
  virtual ~Metric() = default;

  /// Records that the state takes in a batch; weights may be empty. The assignments belong to the program that is
  /// recorded around this call; the effects are returned too.
  ///
  /// Masked values do not count: weights are multiplied with y_pred's mask.
  std::vector<Var> update(const Var& y_true, const Var& y_pred, const Var& sample_weight = {});

  /// What the state says: one value, or one per class or threshold.
  virtual std::vector<double> results() const = 0;
  /// The value, or the mean of the values.
  double result() const;
  /// Back to the state before the first batch.
  void reset_state();

  const std::string& name() const { return state_->name; }
  void set_name(const std::string& name) { state_->name = name; }
  /// The state; may be empty before the first `update` where its shape follows from the data.
  const std::vector<Variable>& variables() const { return state_->variables; }
  /// {"class_name", "config"}
  virtual Config config() const { return {}; }
  /// Whether smaller values are better, as of an error, or larger ones, as of an accuracy: what a callback with mode
  /// "auto" asks. Nothing where that depends on what is measured, and nobody said (a mean of anything).
  virtual std::optional<bool> lower_is_better() const { return std::nullopt; }

  /// By Keras's class name, snake_case name or short name: "AUC", "binary_accuracy", "mse". The metric is called by the
  /// text. "accuracy" and "acc" become whichever accuracy fits the shapes.
  static std::shared_ptr<Metric> named(const std::string& name);
  static std::shared_ptr<Metric> from_config(const Config& config);

 protected:
  /// Records the update; the weights have y_pred's mask in them already.
  virtual void update_state(const Var& y_true, const Var& y_pred, const Var& sample_weight) = 0;
  /// A Variable of the state, zeros of the layers' float type; the one that exists if it was made before.
  Variable add_state(const std::string& name, const Shape& shape = {});

 private:
  struct State {
    std::string name;
    std::vector<Variable> variables;
  };
  std::shared_ptr<State> state_;
};

using AnyMetric = Any<Metric>;

/// What "accuracy" means for outputs of that shape, as Keras decides it: BinaryAccuracy where the last axis has one
/// element, SparseCategoricalAccuracy where y_true has class numbers, CategoricalAccuracy otherwise. Shapes hold the
/// batch axis. The metric called "accuracy" decides so by itself when it is first updated.
std::shared_ptr<Metric> resolve_accuracy(const Shape& y_true, const Shape& y_pred);

}  // namespace cajal
