// UnitNormalization: vectors of length 1.
#pragma once

#include "cajal/nn/layer.h"

namespace cajal {

/// Scales each vector along the axes to length 1.
///
/// Formula: x / max(|x|, 1e-6). Shapes: any -> the same. Source: Keras, `UnitNormalization`.
struct UnitNormalization : Layer {
  struct Options {
    std::vector<int> axis = {-1};
    template <class V>
    void fields(V& v) {
      v("axis", axis);
    }
  } options;
  explicit UnitNormalization(Options options);
  UnitNormalization() : UnitNormalization(Options()) {}
  Var call(Var x) override;
  Config config() const override { return described("UnitNormalization", options); }
};

}  // namespace cajal
