// Reshape: the same values in another shape.
#pragma once

#include "cajal/nn/layer.h"

namespace cajal {

/// Gives each sample another shape with as many values; one dimension may be -1.
///
/// Shapes: [batch, ...] -> [batch, target_shape...]. Errors: a number of values that does not fit.
/// Source: Keras, `Reshape`.
struct Reshape : Layer {
  struct Options {
    Shape target_shape = {};
    template <class V>
    void fields(V& v) {
      v("target_shape", target_shape);
    }
  } options;
  explicit Reshape(Options options);
  explicit Reshape(const Shape& target_shape) : Reshape(Options{target_shape}) {}
  Var call(Var x) override;
  Config config() const override { return described("Reshape", options); }
};

}  // namespace cajal
