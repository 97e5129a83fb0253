// ReLU as a layer.
#pragma once

#include "cajal/nn/layer.h"

namespace cajal {

/// max(x, 0), with Keras's variations.
///
/// Formula: min(x, max_value) where x >= threshold, else negative_slope (x - threshold). A negative max_value: none.
/// Shapes: any -> the same. Source: Keras, `ReLU`.
struct ReLU : Layer {
  struct Options {
    double max_value = -1;
    double negative_slope = 0;
    double threshold = 0;
    template <class V>
    void fields(V& v) {
      v("max_value", max_value), v("negative_slope", negative_slope), v("threshold", threshold);
    }
  } options;
  explicit ReLU(Options options);
  ReLU() : ReLU(Options()) {}
  Var call(Var x) override;
  Config config() const override { return described("ReLU", options); }
};

}  // namespace cajal
