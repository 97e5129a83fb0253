// Constraint: what a weight is forced back to after each update.
#pragma once

#include <memory>
#include <string>

#include "cajal/graph/var.h"
#include "cajal/nn/part.h"

namespace cajal {

/// What a weight is forced back to after each update. One of one's own overrides `project`.
class Constraint {
 public:
  virtual ~Constraint() = default;

  /// The allowed value that replaces `weight`; same shape and type.
  virtual Var project(const Var& weight) const = 0;
  /// {"class_name", "config"}
  virtual Config config() const { return {}; }

  /// By Keras's class name or its snake_case form: "MaxNorm", "max_norm".
  static std::shared_ptr<Constraint> named(const std::string& name);
  static std::shared_ptr<Constraint> from_config(const Config& config);
};

using AnyConstraint = Any<Constraint>;

}  // namespace cajal
