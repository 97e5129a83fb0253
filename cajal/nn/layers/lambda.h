// Lambda: a function of Vars as a layer.
#pragma once

#include <functional>

#include "cajal/nn/layer.h"

namespace cajal {

/// Any function of a Var as a layer: `Lambda([](Var x) { return x * x; })`.
///
/// Shapes: whatever the function makes. A model with a Lambda can be trained; reading it from a file needs the
/// function. Source: Keras, `Lambda`.
struct Lambda : Layer {
  struct Options {
    template <class V>
    void fields(V&) {}
  } options;
  explicit Lambda(std::function<Var(Var)> function);
  explicit Lambda(Options options);
  Var call(Var x) override;
  Config config() const override { return described("Lambda", options); }

 private:
  std::function<Var(Var)> function_;
};

}  // namespace cajal
