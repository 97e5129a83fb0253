// ELU as a layer.
#pragma once

#include "cajal/nn/layer.h"

namespace cajal {

/// x where positive, alpha (e^x - 1) elsewhere.
///
/// Shapes: any -> the same. Source: Clevert et al., 2015; Keras, `ELU`.
struct ELU : Layer {
  struct Options {
    double alpha = 1;
    template <class V>
    void fields(V& v) {
      v("alpha", alpha);
    }
  } options;
  explicit ELU(Options options);
  explicit ELU(double alpha = 1) : ELU(Options{alpha}) {}
  Var call(Var x) override;
  Config config() const override { return described("ELU", options); }
};

}  // namespace cajal
