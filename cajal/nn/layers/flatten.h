// Flatten: a picture as one row of numbers.
#pragma once

#include "cajal/nn/layer.h"

namespace cajal {

/// Lays all the values of a sample in one row.
///
/// Shapes: [batch, a, b, ...] -> [batch, a b ...]; [batch] -> [batch, 1]. Source: Keras, `Flatten`.
struct Flatten : Layer {
  struct Options {
    template <class V>
    void fields(V&) {}
  } options;
  explicit Flatten(Options options);
  Flatten() : Flatten(Options()) {}
  Var call(Var x) override;
  Config config() const override { return described("Flatten", options); }
};

}  // namespace cajal
