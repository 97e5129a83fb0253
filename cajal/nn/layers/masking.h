// Masking: time steps that do not count.
#pragma once

#include "cajal/nn/layer.h"

namespace cajal {

/// Marks time steps whose values all equal `mask_value` as absent, for the layers that follow.
///
/// Shapes: [batch, time, features] -> the same, with a mask [batch, time]. Source: Keras, `Masking`.
struct Masking : Layer {
  struct Options {
    double mask_value = 0;
    template <class V>
    void fields(V& v) {
      v("mask_value", mask_value);
    }
  } options;
  explicit Masking(Options options);
  explicit Masking(double mask_value = 0) : Masking(Options{mask_value}) {}
  Var call(Var x) override;
  Config config() const override { return described("Masking", options); }
};

}  // namespace cajal
