// GaussianNoise: normal noise while training.
#pragma once

#include "cajal/nn/layer.h"

namespace cajal {

/// Adds normal noise while training.
///
/// Shapes: any -> the same. Source: Keras, `GaussianNoise`.
struct GaussianNoise : Layer {
  struct Options {
    double stddev = 0;
    int64_t seed = -1;
    template <class V>
    void fields(V& v) {
      v("stddev", stddev), v("seed", seed);
    }
  } options;
  explicit GaussianNoise(Options options);
  explicit GaussianNoise(double stddev) : GaussianNoise(Options{.stddev = stddev}) {}
  Var call(Var x) override;
  Config config() const override { return described("GaussianNoise", options); }
};

}  // namespace cajal
