// GaussianDropout: normal noise as a factor.
#pragma once

#include "cajal/nn/layer.h"

namespace cajal {

/// Multiplies by normal noise of mean 1 and variance rate / (1 - rate) while training.
///
/// Shapes: any -> the same. Source: Srivastava et al. 2014; Keras, `GaussianDropout`.
struct GaussianDropout : Layer {
  struct Options {
    double rate = 0.5;
    int64_t seed = -1;
    template <class V>
    void fields(V& v) {
      v("rate", rate), v("seed", seed);
    }
  } options;
  explicit GaussianDropout(Options options);
  explicit GaussianDropout(double rate) : GaussianDropout(Options{.rate = rate}) {}
  Var call(Var x) override;
  Config config() const override { return described("GaussianDropout", options); }
};

}  // namespace cajal
