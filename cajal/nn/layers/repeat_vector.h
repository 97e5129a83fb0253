// RepeatVector: one row, many times.
#pragma once

#include "cajal/nn/layer.h"

namespace cajal {

/// Repeats a row of values n times.
///
/// Shapes: [batch, features] -> [batch, n, features]. Source: Keras, `RepeatVector`.
struct RepeatVector : Layer {
  struct Options {
    int64_t n = 1;
    template <class V>
    void fields(V& v) {
      v("n", n);
    }
  } options;
  explicit RepeatVector(Options options);
  explicit RepeatVector(int64_t n) : RepeatVector(Options{n}) {}
  Var call(Var x) override;
  Config config() const override { return described("RepeatVector", options); }
};

}  // namespace cajal
