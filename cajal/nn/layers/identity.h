// Identity: the value as it is.
#pragma once

#include "cajal/nn/layer.h"

namespace cajal {

/// Its input. Source: Keras, `Identity`.
struct Identity : Layer {
  struct Options {
    template <class V>
    void fields(V&) {}
  } options;
  explicit Identity(Options options);
  Identity() : Identity(Options()) {}
  Var call(Var x) override;
  Config config() const override { return described("Identity", options); }
};

}  // namespace cajal
