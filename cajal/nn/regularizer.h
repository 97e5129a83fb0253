// Regularizer: a penalty on a weight, added to the loss.
#pragma once

#include <memory>
#include <string>

#include "cajal/graph/var.h"
#include "cajal/nn/part.h"

namespace cajal {

/// A penalty on a weight (or an output), added to the loss. One of one's own overrides `penalty`.
class Regularizer {
 public:
  virtual ~Regularizer() = default;

  /// The scalar that is added to the loss.
  virtual Var penalty(const Var& weight) const = 0;
  /// {"class_name", "config"}
  virtual Config config() const { return {}; }

  /// By Keras's class name or its snake_case form: "L2", "l2", "l1_l2".
  static std::shared_ptr<Regularizer> named(const std::string& name);
  static std::shared_ptr<Regularizer> from_config(const Config& config);
};

using AnyRegularizer = Any<Regularizer>;

}  // namespace cajal
