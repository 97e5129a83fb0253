// Activation layers: a function of each value.
#pragma once

#include "cajal/nn/activations.h"
#include "cajal/nn/layer.h"

namespace cajal {

/// Applies an activation function, given by name ("relu", "tanh", "softmax", ...) or as a function of a Var.
///
/// Shapes: any -> the same. Source: Keras, `Activation`.
struct Activation : Layer {
  struct Options {
    AnyActivation activation = {};
    template <class V>
    void fields(V& v) {
      v("activation", activation);
    }
  } options;
  explicit Activation(Options options);
  explicit Activation(AnyActivation activation) : Activation(Options{activation}) {}
  Activation(const char* name) : Activation(AnyActivation(name)) {}
  Var call(Var x) override;
  Config config() const override { return described("Activation", options); }
};

}  // namespace cajal
