// AlphaDropout: dropout for selu networks.
#pragma once

#include "cajal/nn/layer.h"

namespace cajal {

/// Dropout that keeps mean and variance of selu networks.
///
/// Shapes: any -> the same. Source: Klambauer et al., "Self-normalizing neural networks", 2017; Keras, `AlphaDropout`.
struct AlphaDropout : Layer {
  struct Options {
    double rate = 0.5;
    Shape noise_shape = {};
    int64_t seed = -1;
    template <class V>
    void fields(V& v) {
      v("rate", rate), v("noise_shape", noise_shape), v("seed", seed);
    }
  } options;
  explicit AlphaDropout(Options options);
  explicit AlphaDropout(double rate) : AlphaDropout(Options{.rate = rate}) {}
  Var call(Var x) override;
  Config config() const override { return described("AlphaDropout", options); }
};

}  // namespace cajal
