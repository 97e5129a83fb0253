// Loss: how wrong a prediction is, as one number to be made small.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "cajal/graph/var.h"
#include "cajal/nn/part.h"

namespace cajal {

/// How wrong a prediction is, as one number to be made small. One of one's own overrides `call`.
///
/// `reduction`: what becomes of the values per sample. "sum_over_batch_size" (or "mean"): their sum, divided by how
/// many there are; "sum"; "mean_with_sample_weight": divided by the sum of the weights; "none": left as they are.
class Loss {
 public:
  /// Throws Error for a reduction that does not exist.
  explicit Loss(std::string name = "loss", std::string reduction = "sum_over_batch_size");
  virtual ~Loss() = default;

  /// One value per sample (and time step): the last axis is reduced. y_true has y_pred's type and, where it had one
  /// axis of size 1 more or less, its rank.
  virtual Var call(const Var& y_true, const Var& y_pred) const = 0;

  /// The loss: `call`, weighted by `sample_weight` (if given) and by y_pred's mask (if it has one), and reduced.
  ///
  /// Masked values do not count: those that are left are averaged. Errors: shapes that do not fit.
  Var operator()(const Var& y_true, const Var& y_pred, const Var& sample_weight = {}) const;

  const std::string& name() const { return name_; }
  const std::string& reduction() const { return reduction_; }
  /// True where y_true holds class numbers, which are not converted to y_pred's type.
  virtual bool takes_labels() const { return false; }
  /// {"class_name", "config"}
  virtual Config config() const { return {}; }

  /// By Keras's class name, snake_case name or short name: "MeanSquaredError", "mean_squared_error", "mse".
  static std::shared_ptr<Loss> named(const std::string& name);
  static std::shared_ptr<Loss> from_config(const Config& config);

 private:
  std::string name_, reduction_;
};

using AnyLoss = Any<Loss>;

/// A loss made of a function of one's own: `LossFunction([](Var y_true, Var y_pred) { return ...; })`.
class LossFunction : public Loss {
 public:
  using Function = std::function<Var(const Var& y_true, const Var& y_pred)>;
  explicit LossFunction(Function function, std::string name = "loss", std::string reduction = "sum_over_batch_size")
      : Loss(std::move(name), std::move(reduction)), function_(std::move(function)) {}
  Var call(const Var& y_true, const Var& y_pred) const override { return function_(y_true, y_pred); }

 private:
  Function function_;
};

/// Weights, mask and reduction of values per sample, as `Loss` applies them; weights and mask may be empty.
Var reduce_weighted(const Var& values, const Var& sample_weight, const Var& mask, const std::string& reduction);

}  // namespace cajal
