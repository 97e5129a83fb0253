// Rescaling: bytes into small numbers.
#pragma once

#include "cajal/nn/layer.h"

namespace cajal {

/// x scale + offset: bytes into numbers round 1.
///
/// Shapes: any -> the same. Types: integers become the float type of layers. Source: Keras, `Rescaling`.
struct Rescaling : Layer {
  struct Options {
    double scale = 1;
    double offset = 0;
    template <class V>
    void fields(V& v) {
      v("scale", scale), v("offset", offset);
    }
  } options;
  explicit Rescaling(Options options);
  explicit Rescaling(double scale, double offset = 0) : Rescaling(Options{scale, offset}) {}
  Var call(Var x) override;
  Config config() const override { return described("Rescaling", options); }
};

}  // namespace cajal
