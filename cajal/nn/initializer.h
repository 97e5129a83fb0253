// Initializer: how the first values of a weight are drawn.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "cajal/nn/part.h"

namespace cajal {

/// How the first values of a weight are drawn. One of one's own overrides `draw`.
class Initializer {
 public:
  virtual ~Initializer() = default;

  /// Values for a weight of that shape and type: a pure function of its arguments and of the options. `seed` is used
  /// where the initializer was given no seed of its own. Throws Error for shapes that it cannot fill.
  virtual Tensor draw(const Shape& shape, DType type, uint64_t seed) const = 0;
  /// {"class_name", "config"}
  virtual Config config() const { return {}; }

  /// Values drawn with the next seed of the process's sequence, in the type of the layers' weights.
  Tensor operator()(const Shape& shape) const;

  /// By Keras's class name or its snake_case form: "GlorotUniform", "glorot_uniform".
  static std::shared_ptr<Initializer> named(const std::string& name);
  static std::shared_ptr<Initializer> from_config(const Config& config);
};

using AnyInitializer = Any<Initializer>;

}  // namespace cajal
