// LeakyReLU as a layer.
#pragma once

#include "cajal/nn/layer.h"

namespace cajal {

/// x where positive, negative_slope x elsewhere.
///
/// Shapes: any -> the same. Source: Keras, `LeakyReLU`.
struct LeakyReLU : Layer {
  struct Options {
    double negative_slope = 0.3;
    template <class V>
    void fields(V& v) {
      v("negative_slope", negative_slope);
    }
  } options;
  explicit LeakyReLU(Options options);
  explicit LeakyReLU(double negative_slope = 0.3) : LeakyReLU(Options{negative_slope}) {}
  Var call(Var x) override;
  Config config() const override { return described("LeakyReLU", options); }
};

}  // namespace cajal
