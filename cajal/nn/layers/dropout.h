// Dropout: chance against learning by heart.
#pragma once

#include "cajal/nn/layer.h"

namespace cajal {

/// Sets a share of the values to 0 while training and scales up the rest, so that no unit can rely on another.
///
/// Shapes: any -> the same. Inactive in evaluate and predict. Errors: a rate outside of [0, 1).
/// Source: Srivastava et al., "Dropout", JMLR 2014; Keras, `Dropout`.
struct Dropout : Layer {
  struct Options {
    double rate = 0.5;
    Shape noise_shape = {};
    int64_t seed = -1;
    template <class V>
    void fields(V& v) {
      v("rate", rate), v("noise_shape", noise_shape), v("seed", seed);
    }
  } options;
  explicit Dropout(Options options);
  explicit Dropout(double rate) : Dropout(Options{.rate = rate}) {}
  Var call(Var x) override;
  Config config() const override { return described("Dropout", options); }
};

}  // namespace cajal
