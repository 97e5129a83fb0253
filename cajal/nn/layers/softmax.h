// Softmax: scores into probabilities.
#pragma once

#include "cajal/nn/layer.h"

namespace cajal {

/// Turns scores into probabilities along an axis.
///
/// Shapes: any -> the same. Source: Keras, `Softmax`.
struct Softmax : Layer {
  struct Options {
    int axis = -1;
    template <class V>
    void fields(V& v) {
      v("axis", axis);
    }
  } options;
  explicit Softmax(Options options);
  explicit Softmax(int axis = -1) : Softmax(Options{axis}) {}
  Var call(Var x) override;
  Config config() const override { return described("Softmax", options); }
};

}  // namespace cajal
